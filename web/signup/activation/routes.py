"""After the fourth step: the waiting page, the correction of the address, the mailed link."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from web.auth.sessions.devices import keep_device, read_device
from web.core.crypto.tokens import looks_like_token, token_hash
from web.core.db.command import AlreadyDoneError
from web.core.http.forms.forms import parsed
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render, wants_fragment
from web.core.mail.outgoing import masked_email
from web.signup.activation import service as activation
from web.signup.activation.forms import AddressForm
from web.signup.activation.queries import (
    ActivationLink,
    PendingRegistration,
    find_activation_link,
    find_pending,
)
from web.signup.activation.service import LinkError, Problem
from web.signup.steps.queries import touch_registration
from web.signup.steps.rules import Step, stepper
from web.signup.steps.service import REGISTRATION_IDENTITY, JourneyEndedError

PAGES = {
    Problem.ALREADY_ACTIVATED: ("signup/activation_used.html", 410),
    Problem.EXPIRED: ("signup/activation_expired.html", 410),
    Problem.UNKNOWN: ("signup/activation_unknown.html", 404),
    Problem.CONFLICT: ("signup/activation_conflict.html", 409),
}


async def show_waiting(request: Request) -> Response:
    """Show « Vous allez recevoir un courriel… »: the next step and the state of the mail."""
    waiting = await _find_waiting(request)
    if wants_fragment(request) and (waiting is None or waiting.is_over):
        # The whole page changes, not only the state of the mail.
        return Response(status_code=204, headers={"HX-Redirect": request.path("signup-waiting")})
    if waiting is None:
        return request.redirect(request.path(Step.TERMS.address))
    return render(
        request, "signup/waiting.html", _context(request, waiting), fragment="signup/_mail.html"
    )


async def send_again(request: Request) -> Response:
    """Send another mail."""
    runtime = request.runtime
    registration = await touch_registration(runtime.db, request.browser.digest)
    if registration is None or not registration.is_submitted:
        return request.redirect(request.path(Step.TERMS.address))
    command = request.command(request.path("signup-waiting"), "courriel-renvoye")
    try:
        await activation.send_again(runtime, registration, command)
    except JourneyEndedError:
        return request.redirect(request.path("signup-waiting"))
    return request.answer(command.answer)


async def show_address(request: Request) -> Response:
    """Show the form to correct the address."""
    waiting = await _find_waiting(request)
    if waiting is None or waiting.identity is None:
        return request.redirect(request.path("signup-waiting"))
    form = filled_again(request, AddressForm())
    return render(request, "signup/address.html", {"form": form})


async def submit_address(request: Request) -> Response:
    """Correct the address, and send the link only there."""
    runtime = request.runtime
    registration = await touch_registration(runtime.db, request.browser.digest)
    if registration is None or not registration.is_submitted:
        return request.redirect(request.path(Step.TERMS.address))
    form = AddressForm(request.posted)
    if not form.validate():
        return render(request, "signup/address.html", {"form": form}, status=422)
    command = request.command(request.path("signup-waiting"), "adresse-corrigee")
    try:
        await activation.correct_address(runtime, registration, parsed(form.email), command)
    except JourneyEndedError:
        return request.redirect(request.path("signup-waiting"))
    return request.answer(command.answer)


async def show_activation(request: Request) -> Response:
    """Show the mailed link, without side effects: a mail scanner must not activate the account.

    In the browser that registered, the page submits itself; elsewhere a click is required.
    """
    link = await _find_link(request)
    problem = _problem(link)
    if link is None or problem is not None:
        return _problem_page(request, problem or Problem.UNKNOWN)
    browser = request.browser
    here = browser.is_known and browser.digest == link.browser_digest
    return render(request, "signup/activation.html", {"same_browser": here})


async def submit_activation(request: Request) -> Response:
    """Activate the account (« Activer mon compte »)."""
    token, device = request.path_params["token"], read_device(request)
    if not looks_like_token(token):
        return _problem_page(request, Problem.UNKNOWN)
    command = request.command(request.path("login"), "compte-active")
    try:
        await activation.activate(request.runtime, token, device, command)
    except LinkError as error:
        return _problem_page(request, error.problem)
    except AlreadyDoneError:
        keep_device(request, device, device.offered)
        raise
    keep_device(request, device, device.offered)
    return request.answer(command.answer)


async def _find_waiting(request: Request) -> PendingRegistration | None:
    browser = request.browser
    if not browser.is_known:
        return None
    return await find_pending(request.runtime.db, browser.digest)


async def _find_link(request: Request) -> ActivationLink | None:
    token = request.path_params["token"]
    if not looks_like_token(token):
        return None
    return await find_activation_link(request.runtime.db, token_hash(token))


def _problem(link: ActivationLink | None) -> Problem | None:
    if link is None:
        return Problem.UNKNOWN
    if link.is_used:
        return Problem.ALREADY_ACTIVATED
    return Problem.EXPIRED if link.is_expired else None


def _context(request: Request, waiting: PendingRegistration) -> dict[str, Any]:
    address = ""
    if waiting.identity is not None:
        vault = request.runtime.vault
        identity = REGISTRATION_IDENTITY.open(vault, waiting.identity, id=waiting.id)
        address = masked_email(identity.email, with_domain=True)
    return {
        "waiting": waiting,
        "address": address,
        "steps": stepper(request.path, None, waiting=True),
        "current": Step.VALIDATION,
    }


def _problem_page(request: Request, problem: Problem) -> Response:
    template, status = PAGES[problem]
    context = {"contact": request.runtime.settings.contact_to}
    return render(request, template, context, status=status)


ROUTES = [
    get("signup-waiting", "/inscription/courriel", show_waiting),
    post("signup-resend", "/inscription/courriel/renvoyer", send_again),
    get("signup-address", "/inscription/courriel/adresse", show_address),
    post(
        "signup-address",
        "/inscription/courriel/adresse",
        submit_address,
        AddressForm,
        check=build_live_check(AddressForm),
    ),
    get("activation", "/activation/{token}", show_activation),
    post("activation", "/activation/{token}", submit_activation),
]
