"""The picture and the sound of a challenge, and the fragment with another challenge."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.captcha import service
from web.captcha.byte_range import parse_range
from web.captcha.forms import PREVENTED, CaptchaFields
from web.captcha.service import Challenge, Kind
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render

# The name of a page with a challenge that requires no earlier step.
SHOWN_TO_ALL = "contact"
ACTIONS = {
    "renouveler": None,
    "question": Kind.QUESTION,
    "caracteres": Kind.CHARACTERS,
}


async def show_picture(request: Request) -> Response:
    """Serve `/captcha/<token>.png`, to the browser the challenge was made for."""
    content = await service.picture(request.runtime, _characters_of(request))
    return Response(content, media_type="image/png")


async def play_recording(request: Request) -> Response:
    """Serve `/captcha/<token>.wav`, whole or by range; `?telecharger` makes it a download."""
    challenge = _characters_of(request)
    part = parse_range(request.headers.get("range", ""))
    content = await service.recording(request.runtime, challenge, in_parts=part is not None)
    headers = {"Accept-Ranges": "bytes"}
    if "telecharger" in request.query_params:
        headers["Content-Disposition"] = 'attachment; filename="caracteres.wav"'
    if part is None:
        return Response(content, media_type="audio/wav", headers=headers)
    where = part.within(len(content))
    if where is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {where.start}-{where.stop - 1}/{len(content)}"
    return Response(content[where], 206, media_type="audio/wav", headers=headers)


@htmx_only(SHOWN_TO_ALL)
async def show_challenge(request: Request) -> Response:
    """Render another challenge, of the requested kind."""
    kind = parse_kind(request.query_params.get("genre", ""))
    form = CaptchaFields()
    against = request.query_params.get("contre", "")
    form.captcha_against = against if against in PREVENTED else form.captcha_against
    context = {"form": form, **captcha_context(request, form, kind), "renewed": True}
    return render(request, "captcha/_captcha.html", context, fragment="captcha/_captcha.html")


def new_challenge(request: Request, kind: Kind) -> Challenge:
    """Return a new challenge for this browser."""
    runtime = request.runtime
    return service.issue(runtime, request.browser.digest, kind, runtime.database_time.now())


def kind_of(request: Request, form: CaptchaFields) -> Kind:
    """Return the kind of the form's challenge, or the one its button switches to."""
    asked = ACTIONS.get(_action_of(request))
    if asked is not None:
        return asked
    token = form.challenge.data or ""
    found = service.read_challenge(request.runtime, token, request.browser.digest)
    return found.kind if found else Kind.CHARACTERS


def requests_new_challenge(request: Request) -> bool:
    """Return whether the form was sent to get another challenge, not to submit it."""
    return _action_of(request) in ACTIONS


def parse_kind(name: str) -> Kind:
    """Return the kind of that name; characters by default."""
    return Kind.QUESTION if name == Kind.QUESTION else Kind.CHARACTERS


def captcha_context(request: Request, form: CaptchaFields, kind: Kind) -> dict[str, Any]:
    """Return the context of `captcha/_captcha.html`.

    The challenge is a new one, unless the form's was not checked because of other errors: that one
    is shown again with its answer, so that nobody solves two for one mistake.
    """
    asked = requests_new_challenge(request)
    kept = None if asked or form.captcha_is_judged else _unused_challenge(request, form)
    form.prepare_captcha(kind, keep_answer=kept is not None)
    return {
        "captcha": kept or new_challenge(request, kind),
        "renewed": asked,
        "contact": request.runtime.settings.contact_to,
    }


def _action_of(request: Request) -> str:
    """Return the name of the submit button; '' for a GET."""
    return str(request.scope.get("form", {}).get("action", ""))


def _unused_challenge(request: Request, form: CaptchaFields) -> Challenge | None:
    runtime = request.runtime
    token = form.challenge.data or ""
    found = service.read_challenge(runtime, token, request.browser.digest)
    return found if found and service.has_time_left(found, runtime.database_time.now()) else None


def _characters_of(request: Request) -> Challenge:
    challenge = service.read_challenge(
        request.runtime, request.path_params["token"], request.browser.digest
    )
    if challenge is None or challenge.kind is not Kind.CHARACTERS:
        raise HTTPException(404)
    return challenge


ROUTES = [
    get("captcha-new", "/captcha/nouveau", show_challenge),
    get("captcha-picture", "/captcha/{token}.png", show_picture),
    get("captcha-sound", "/captcha/{token}.wav", play_recording),
]
