"""Step 2: who registers, and the security check."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.captcha.service import Verdict, issue
from web.core.browser import browser_of
from web.core.client_address import client_address
from web.core.form_guard import form_of
from web.core.runtime import runtime_of
from web.core.templating import render
from web.signup import service
from web.signup.identity_form import IdentityForm
from web.signup.journey import EXPIRED_URL, Step, detour
from web.signup.pages import current_of, step_page
from web.signup.queries import Registration
from web.signup.service import CaptchaRefusedError, JourneyEndedError

CAPTCHA_SENTENCES = {
    Verdict.WRONG: "Les caractères saisis ne sont pas ceux affichés. Voici d’autres caractères : "
    "recopiez-les.",
    Verdict.EXPIRED: "Les caractères affichés avaient plus de 10 minutes. En voici d’autres : "
    "recopiez-les.",
    Verdict.ALREADY_USED: "Ces caractères ont déjà servi. En voici d’autres : recopiez-les.",
    Verdict.TOO_FAST: "Votre réponse est arrivée trop vite pour le contrôle de sécurité. "
    "Voici d’autres caractères : recopiez-les.",
}


async def show_identity(request: Request) -> Response:
    """Step 2."""
    registration = await current_of(request)
    if away := detour(registration, Step.IDENTITY):
        return RedirectResponse(away, 303)
    assert registration is not None  # noqa: S101 - detour() sent the others away
    typed = service.typed_identity(runtime_of(request), registration)
    return _identity_page(request, registration, IdentityForm(data=typed))


async def submit_identity(request: Request) -> Response:
    """Step 2: check the identity and the security check."""
    runtime = runtime_of(request)
    registration = await current_of(request)
    if away := detour(registration, Step.IDENTITY):
        return RedirectResponse(away, 303)
    assert registration is not None  # noqa: S101 - detour() sent the others away
    form = IdentityForm(form_of(request))
    typed = form.typed("challenge", "answer", "website")
    if form_of(request).get("action") == "renouveler":
        await service.keep_typed(runtime, registration, typed)
        return _identity_page(request, registration, form, renewed=True)
    identity = form.check(runtime.clock.today())
    _check_captcha_is_answered(form, registration)
    if identity is None or form.errors:
        await service.keep_typed(runtime, registration, typed)
        return _identity_page(request, registration, form, status=422)
    captcha = (form.challenge.data or "", form.answer.data or "")
    address = client_address(request, runtime.settings.trusted_proxies)
    try:
        await service.submit_identity(runtime, registration, identity, typed, captcha, address)
    except CaptchaRefusedError as error:
        form.refuse("answer", CAPTCHA_SENTENCES[error.verdict])
        return _identity_page(request, registration, form, status=422)
    except JourneyEndedError:
        return RedirectResponse(EXPIRED_URL, 303)
    return RedirectResponse(Step.PASSWORD.url, 303)


async def show_apprenticeship(request: Request) -> Response:
    """Fragment: the question asked when the NIR typed leaves the age unsure, or nothing."""
    form = IdentityForm(form_of(request))
    asked = form.asks_apprenticeship(runtime_of(request).clock.today())
    return render(
        request,
        "signup/_apprenticeship.html",
        {"form": form, "asked": asked},
        fragment="signup/_apprenticeship.html",
    )


async def show_captcha(request: Request) -> Response:
    """Fragment: other characters."""
    registration = await current_of(request)
    if away := detour(registration, Step.IDENTITY):
        return Response(status_code=204, headers={"HX-Redirect": away})
    assert registration is not None  # noqa: S101 - detour() sent the others away
    context = _captcha_context(request, registration, IdentityForm(), renewed=True)
    return render(request, "signup/_captcha.html", context, fragment="signup/_captcha.html")


def _check_captcha_is_answered(form: IdentityForm, registration: Registration) -> None:
    if registration.captcha_passed_at is not None:
        return
    if form.website.data:
        form.refuse("", "Un champ caché a été rempli, peut-être par votre navigateur. Recommencez.")
        form.website.data = ""
    if not form.answer.data:
        form.refuse("answer", "Recopiez les caractères affichés dans le cadre.")


def _identity_page(
    request: Request,
    registration: Registration,
    form: IdentityForm,
    *,
    renewed: bool = False,
    status: int = 200,
) -> Response:
    asked = form.asks_apprenticeship(runtime_of(request).clock.today())
    context = _captcha_context(request, registration, form, renewed=renewed)
    return step_page(
        request,
        "signup/identity.html",
        Step.IDENTITY,
        registration,
        {**context, "asked": asked},
        status,
    )


def _captcha_context(
    request: Request, registration: Registration, form: IdentityForm, *, renewed: bool
) -> dict[str, Any]:
    passed = registration.captcha_passed_at is not None
    challenge = None
    if not passed:
        challenge = issue(runtime_of(request), browser_of(request).digest, registration.now)
        form.answer.data = ""
    return {"form": form, "challenge": challenge, "renewed": renewed}
