"""The picture and the sound of a challenge, and another challenge in place."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.captcha import service
from web.captcha.forms import CaptchaFields
from web.captcha.service import CaptchaOverloadedError, Challenge, Kind
from web.core.browser import browser_of
from web.core.runtime import runtime_of
from web.core.templating import render

ACTIONS = {
    "renouveler": None,
    "question": Kind.QUESTION,
    "caracteres": Kind.CHARACTERS,
}


async def show_picture(request: Request) -> Response:
    """`/captcha/<token>.png`, for the browser the challenge was made for."""
    challenge = _characters_of(request)
    try:
        content = await service.picture(runtime_of(request), challenge)
    except CaptchaOverloadedError:
        raise HTTPException(503) from None
    return Response(content, media_type="image/png")


async def play_recording(request: Request) -> Response:
    """`/captcha/<token>.wav`; `?telecharger` to keep it as a file."""
    challenge = _characters_of(request)
    try:
        content = await service.recording(runtime_of(request), challenge)
    except CaptchaOverloadedError:
        raise HTTPException(503) from None
    headers = {}
    if "telecharger" in request.query_params:
        headers["Content-Disposition"] = 'attachment; filename="caracteres.wav"'
    return Response(content, media_type="audio/wav", headers=headers)


async def show_challenge(request: Request) -> Response:
    """Fragment: another challenge, of the kind asked for."""
    kind = kind_named(request.query_params.get("genre", ""))
    form = CaptchaFields()
    form.prepare_captcha(kind)
    context = {"form": form, "captcha": new_challenge(request, kind), "renewed": True}
    return render(request, "captcha/_captcha.html", context, fragment="captcha/_captcha.html")


def new_challenge(request: Request, kind: Kind) -> Challenge:
    """A challenge for the browser that asks."""
    runtime = runtime_of(request)
    return service.issue(runtime, browser_of(request).digest, kind, runtime.clock.now())


def kind_of(request: Request, form: CaptchaFields) -> Kind:
    """Which kind a form carries, or what its buttons ask to change it to."""
    asked = ACTIONS.get(str(request.scope["form"].get("action", "")))
    if asked is not None:
        return asked
    token = form.challenge.data or ""
    found = service.read_challenge(runtime_of(request), token, browser_of(request).digest)
    return found.kind if found else Kind.CHARACTERS


def asks_another(request: Request) -> bool:
    """Whether the form was sent for another challenge, not to go on."""
    return str(request.scope["form"].get("action", "")) in ACTIONS


def kind_named(name: str) -> Kind:
    """The kind of that name; characters by default."""
    return Kind.QUESTION if name == Kind.QUESTION else Kind.CHARACTERS


def captcha_context(request: Request, form: CaptchaFields, kind: Kind) -> dict[str, Any]:
    """What `captcha/_captcha.html` shows: a new challenge each time the form is shown."""
    form.prepare_captcha(kind)
    asked = "form" in request.scope and asks_another(request)
    return {"captcha": new_challenge(request, kind), "renewed": asked}


def _characters_of(request: Request) -> Challenge:
    challenge = service.read_challenge(
        runtime_of(request), request.path_params["token"], browser_of(request).digest
    )
    if challenge is None or challenge.kind is not Kind.CHARACTERS:
        raise HTTPException(404)
    return challenge
