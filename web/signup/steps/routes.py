"""Steps 1, 3 and 4 of registration, its cancellation and its extension."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.password.page import strength_of_typed
from web.auth.password.views import password_view, titulaire_owner
from web.auth.refusals import too_many_attempts
from web.auth.sessions.queries import has_live_session
from web.auth.titulaires.guard import TITULAIRES
from web.auth.titulaires.terms.forms import TermsForm
from web.core.http.fragments import htmx_only
from web.core.http.request import Request
from web.core.http.routing import ask, get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.domain.nir import masked
from web.people.terms import NEWEST
from web.signup.steps import service
from web.signup.steps.check_routes import check_password, check_terms
from web.signup.steps.forms import PasswordForm
from web.signup.steps.pages import find_current_registration, step_page
from web.signup.steps.queries import Registration
from web.signup.steps.rules import Step, furthest_step, has_outdated_terms, step_redirect
from web.signup.steps.service import JourneyEndedError

ANOTHER = "autre"
TOO_MANY_PASSWORDS = (
    "Trop de mots de passe ont été envoyés depuis votre navigateur, ou depuis une connexion à "
    "Internet que vous partagez peut-être. Votre inscription est conservée : choisissez de nouveau "
    "votre mot de passe {when}."
)
TOO_MANY_STARTED = (
    "Beaucoup d’inscriptions ont été commencées depuis ce navigateur, ou depuis une connexion à "
    "Internet que vous partagez peut-être. Par sécurité, réessayez {when}."
)


async def show_start(request: Request) -> Response:
    """Redirect `/inscription` to the first step."""
    return request.redirect(request.path(Step.TERMS.address))


async def show_terms(request: Request) -> Response:
    """Show step 1; `?autre=1` registers someone else in a browser with a pending registration."""
    registration = await find_current_registration(request)
    another = request.query_params.get(ANOTHER) == "1"
    if _awaits_activation(registration) and not another:
        return request.redirect(request.path("signup-waiting"))
    current = _in_progress(registration)
    form = TermsForm(data={"accepted": current is not None and not has_outdated_terms(current)})
    if current is None and not another:
        # Sets the layout, which shows a titulaire who is signed in that they have an account.
        await TITULAIRES.authenticate(request)
    return _terms_page(request, registration, form, another=another)


async def submit_terms(request: Request) -> Response:
    """Accept the terms (step 1); someone signed in who registers another person stays signed in."""
    registration = await find_current_registration(request)
    another = request.posted.get(ANOTHER) == "1"
    if _awaits_activation(registration) and not another:
        return request.redirect(request.path("signup-waiting"))
    form = TermsForm(request.posted)
    if not form.validate():
        return _terms_page(request, registration, form, another=another, status=422)
    runtime, browser = request.runtime, request.browser.digest
    try:
        if _in_progress(registration) is None:
            async with service.counted_start(runtime, browser, request.address):
                await _start(request, registration)
        else:
            await service.accept_terms(runtime, browser, None)
    except TooManyAttemptsError as error:
        page = partial(_terms_page, request, registration, form, another=another)
        return too_many_attempts(form, TOO_MANY_STARTED, error, lambda status: page(status=status))
    was_outdated = has_outdated_terms(_in_progress(registration))
    following = furthest_step(registration) if was_outdated else Step.IDENTITY
    return request.redirect(request.path(following.address))


async def _start(request: Request, earlier: Registration | None) -> None:
    """Start a registration, and leave an earlier one that expired or was submitted."""
    previous_browser = request.browser.digest if earlier is not None else None
    if not await has_live_session(request.runtime.db, request.browser.digest):
        # A previous user may know the token, and could read what is typed from now on.
        request.browser.rotate()
    await service.accept_terms(request.runtime, request.browser.digest, previous_browser)


async def show_password(request: Request) -> Response:
    """Show step 3."""
    registration = await find_current_registration(request)
    if away := step_redirect(registration, Step.PASSWORD):
        return request.redirect(request.path(away))
    return _password_page(request, registration, PasswordForm())


async def submit_password(request: Request) -> Response:
    """Choose the password (step 3)."""
    runtime = request.runtime
    registration = await find_current_registration(request)
    if away := step_redirect(registration, Step.PASSWORD):
        return request.redirect(request.path(away))
    assert registration is not None  # noqa: S101 - step_redirect() sent the others away
    form = PasswordForm(request.posted)
    if not form.is_right_for(titulaire_owner(service.identity_of(runtime, registration))):
        return _password_page(request, registration, form, status=422)
    try:
        await service.set_password(runtime, registration, form.password.data or "")
    except TooManyAttemptsError as error:
        page = partial(_password_page, request, registration, form)
        return too_many_attempts(form, TOO_MANY_PASSWORDS, error, page)
    except JourneyEndedError:
        return request.redirect(request.path("signup-expired"))
    return request.redirect(request.path(Step.VALIDATION.address))


@htmx_only()
async def show_strength(request: Request) -> Response:
    """Render the strength of the password being typed, and the rules it meets.

    Reads only that field, keeps nothing.
    """
    registration = await find_current_registration(request)
    if step_redirect(registration, Step.PASSWORD) or registration is None:
        return Response(status_code=204)
    identity = service.identity_of(request.runtime, registration)
    return strength_of_typed(request, titulaire_owner(identity))


async def show_validation(request: Request) -> Response:
    """Show step 4: a summary, before the registration is submitted."""
    registration = await find_current_registration(request)
    if away := step_redirect(registration, Step.VALIDATION):
        return request.redirect(request.path(away))
    assert registration is not None  # noqa: S101 - step_redirect() sent the others away
    identity = service.identity_of(request.runtime, registration)
    context = {"identity": identity, "masked_nir": masked(identity.nir)}
    return step_page(request, "signup/validation.html", Step.VALIDATION, registration, context)


async def submit_validation(request: Request) -> Response:
    """Submit the registration (step 4)."""
    runtime = request.runtime
    registration = await find_current_registration(request)
    if away := step_redirect(registration, Step.VALIDATION):
        return request.redirect(request.path(away))
    assert registration is not None  # noqa: S101 - step_redirect() sent the others away
    try:
        await service.submit(runtime, registration, request.address)
    except JourneyEndedError:
        return request.redirect(request.path("signup-expired"))
    return request.redirect(request.path("signup-waiting"))


async def show_cancel(request: Request) -> Response:
    """Ask to confirm « Annuler »."""
    registration = await find_current_registration(request)
    if registration is None or registration.is_submitted:
        return request.redirect(request.path("home"))
    return render(
        request,
        "signup/cancel.html",
        {"resume_url": request.path(furthest_step(registration).address)},
    )


async def submit_cancel(request: Request) -> Response:
    """Cancel the registration (« Annuler », confirmed), and delete what was typed."""
    browser = request.browser
    if _awaits_activation(await find_current_registration(request)):
        return request.redirect(request.path("signup-waiting"))
    runtime = request.runtime
    await service.abandon(runtime, browser.digest)
    if not await has_live_session(runtime.db, browser.digest):
        browser.rotate()
    return request.redirect(request.path("home"), "inscription-abandonnee")


async def show_expired(request: Request) -> Response:
    """Explain that the registration has expired, and how to start again."""
    return render(request, "signup/expired.html", {})


async def show_extended(request: Request) -> Response:
    """Extend the registration by an hour; the warning opens this page in another tab."""
    registration = await find_current_registration(request)
    if registration is not None and registration.is_submitted:
        return request.redirect(request.path("signup-waiting"))
    if registration is None or registration.is_expired:
        return request.redirect(request.path("signup-expired"))
    return render(request, "signup/extended.html", {})


def _awaits_activation(registration: Registration | None) -> bool:
    return registration is not None and registration.waits_for_its_link


def _in_progress(registration: Registration | None) -> Registration | None:
    if registration is None or registration.is_submitted or registration.is_expired:
        return None
    return registration


def _terms_page(
    request: Request,
    registration: Registration | None,
    form: TermsForm,
    *,
    another: bool,
    status: int = 200,
) -> Response:
    shown = _in_progress(registration)
    changed = has_outdated_terms(shown)
    context = {"form": form, "newest": NEWEST, "another": another, "terms_changed": changed}
    return step_page(request, "signup/terms.html", Step.TERMS, shown, context, status)


def _password_page(
    request: Request, registration: Registration | None, form: PasswordForm, status: int = 200
) -> Response:
    assert registration is not None  # noqa: S101 - step_redirect() sent the others away
    identity = service.identity_of(request.runtime, registration)
    context = {
        "form": form,
        "view": password_view(titulaire_owner(identity), ""),
        "already_chosen": bool(registration.password_hash),
        "identifier": identity.nir,
    }
    return step_page(request, "signup/password.html", Step.PASSWORD, registration, context, status)


ROUTES = [
    get("signup", "/inscription", show_start),
    get("signup-terms", "/inscription/conditions", show_terms),
    post("signup-terms", "/inscription/conditions", submit_terms, check=check_terms),
    get("signup-password", "/inscription/mot-de-passe", show_password),
    post("signup-password", "/inscription/mot-de-passe", submit_password, check=check_password),
    ask("signup-strength", "/inscription/mot-de-passe/robustesse", show_strength),
    get("signup-validation", "/inscription/validation", show_validation),
    post("signup-validation", "/inscription/validation", submit_validation),
    get("signup-cancel", "/inscription/annuler", show_cancel),
    post("signup-cancel", "/inscription/annuler", submit_cancel),
    get("signup-expired", "/inscription/expiree", show_expired),
    get("signup-extend", "/inscription/prolonger", show_extended),
]
