"""Step 2: the identity and the security check."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from web.auth.refusals import with_retry_after
from web.captcha.routes import captcha_context, kind_of, requests_new_challenge
from web.captcha.service import Kind, TooManyAnswersError
from web.core.http.forms.old_forms import filled_again
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import ask, get, post
from web.core.http.templating import render
from web.signup.steps import service
from web.signup.steps.check_routes import check_identity
from web.signup.steps.identity_form import IdentityForm
from web.signup.steps.pages import find_current_registration, step_page
from web.signup.steps.queries import Registration
from web.signup.steps.rules import Step, step_redirect
from web.signup.steps.service import CaptchaRefusedError, JourneyEndedError


async def show_identity(request: Request) -> Response:
    """Show step 2."""
    registration = await find_current_registration(request)
    if away := step_redirect(registration, Step.IDENTITY):
        return request.redirect(request.path(away))
    assert registration is not None  # noqa: S101 - step_redirect() sent the others away
    typed = service.typed_identity(request.runtime, registration)
    form = filled_again(request, IdentityForm(data=typed))
    return _identity_page(request, registration, form, kind_of(request, form))


async def submit_identity(request: Request) -> Response:
    """Submit step 2: the identity and the security check."""
    runtime = request.runtime
    registration = await find_current_registration(request)
    if away := step_redirect(registration, Step.IDENTITY):
        return request.redirect(request.path(away))
    assert registration is not None  # noqa: S101 - step_redirect() sent the others away
    form = IdentityForm(request.posted)
    kind = kind_of(request, form)
    typed = form.typed(*form.CAPTCHA_NAMES)
    if requests_new_challenge(request):
        await service.keep_typed(runtime, registration, typed)
        return _identity_page(request, registration, form, kind)
    identity = form.check(runtime.clock.today())
    if registration.captcha_passed_at is None:
        form.check_captcha_is_answered(kind)
    if identity is None or form.errors:
        await service.keep_typed(runtime, registration, typed)
        return _identity_page(request, registration, form, kind, 422)
    captcha = (form.challenge.data or "", form.answer.data or "")
    address = request.address
    try:
        await service.submit_identity(runtime, registration, identity, typed, captcha, address)
    except CaptchaRefusedError as error:
        form.refuse_captcha(kind, error.verdict)
        return _identity_page(request, registration, form, kind, 422)
    except TooManyAnswersError as error:
        await service.keep_typed(runtime, registration, typed)
        form.refuse_captcha_for_a_while(kind, error.retry_after)
        return with_retry_after(_identity_page(request, registration, form, kind, 429), error)
    except JourneyEndedError:
        return request.redirect(request.path("signup-expired"))
    return request.redirect(request.path(Step.PASSWORD.address))


@htmx_only()
async def show_apprenticeship(request: Request) -> Response:
    """Render the apprenticeship section if the NIR typed requires it, or nothing."""
    form = IdentityForm(request.posted)
    asked = form.asks_apprenticeship(request.runtime.clock.today())
    return render(
        request,
        "signup/_apprenticeship.html",
        {"form": form, "asked": asked},
        fragment="signup/_apprenticeship.html",
    )


def _identity_page(
    request: Request,
    registration: Registration,
    form: IdentityForm,
    kind: Kind = Kind.CHARACTERS,
    status: int = 200,
) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "asked": form.asks_apprenticeship(request.runtime.clock.today()),
        "captcha": None,
        "renewed": False,
    }
    if registration.captcha_passed_at is None:
        context |= captcha_context(request, form, kind)
    return step_page(request, "signup/identity.html", Step.IDENTITY, registration, context, status)


ROUTES = [
    get("signup-identity", "/inscription/identite", show_identity),
    post(
        "signup-identity",
        "/inscription/identite",
        submit_identity,
        IdentityForm,
        check=check_identity,
    ),
    ask("signup-apprenticeship", "/inscription/identite/apprentissage", show_apprenticeship),
]
