"""The live checks of the forms of registration; each counts as activity, and keeps nothing."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.password.views import titulaire_owner
from web.auth.titulaires.terms.forms import TermsForm
from web.captcha.routes import kind_of
from web.core.http.forms.live_checks import live_check_answer
from web.core.http.request import Request
from web.signup.steps import service
from web.signup.steps.forms import PasswordForm
from web.signup.steps.identity_form import IdentityForm
from web.signup.steps.pages import find_current_registration
from web.signup.steps.rules import Step, step_redirect


async def check_terms(request: Request) -> Response:
    """Answer a live check of step 1."""
    await find_current_registration(request)
    form = TermsForm(request.posted)
    form.validate()
    return live_check_answer(request, form)


async def check_identity(request: Request) -> Response:
    """Answer a live check of step 2."""
    await find_current_registration(request)
    form = IdentityForm(request.posted)
    form.check(request.runtime.clock.today())
    form.check_captcha_is_answered(kind_of(request, form))
    return live_check_answer(request, form)


async def check_password(request: Request) -> Response:
    """Answer a live check of step 3."""
    registration = await find_current_registration(request)
    if step_redirect(registration, Step.PASSWORD) or registration is None:
        return Response(status_code=204)
    form = PasswordForm(request.posted)
    form.is_right_for(titulaire_owner(service.identity_of(request.runtime, registration)))
    return live_check_answer(request, form)
