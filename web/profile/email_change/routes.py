"""Change of e-mail address: requested in the space, confirmed from the new address."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import too_many_attempts
from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.crypto.tokens import looks_like_token
from web.core.http.forms.forms import parsed
from web.core.http.forms.live_checks import build_live_check
from web.core.http.forms.old_forms import filled_again
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.people.sentences import NOT_THE_CURRENT, TOO_MANY_CONFIRMATIONS
from web.profile.email_change import service as email_change
from web.profile.email_change.forms import EmailForm
from web.profile.email_change.service import (
    CHANGES_PER_ACCOUNT,
    LinkError,
    Outcome,
    SameAddressError,
)

SAME = "C’est déjà l’adresse de votre compte : saisissez-en une autre, ou annulez."
TOO_MANY = (
    "Vous avez demandé plusieurs changements d’adresse depuis hier, et leur nombre est limité. "
    "Recommencez {when}."
)
PAGES = {
    Outcome.ALREADY_DONE: ("profile/link_used.html", 410),
    Outcome.OVER: ("profile/link_over.html", 410),
    Outcome.UNKNOWN: ("profile/link_unknown.html", 404),
    Outcome.TAKEN: ("profile/link_taken.html", 409),
}


@titulaires_only
async def show_email(request: Request) -> Response:
    """Show the form."""
    return _page(request, filled_again(request, EmailForm()))


@titulaires_only
async def submit_email(request: Request) -> Response:
    """Request the change; the answer does not reveal whether the new address has an account."""
    form = EmailForm(request.posted)
    if not form.validate():
        return _page(request, form, 422)
    command = request.command(request.path("profile"), "changement-demande")
    try:
        await email_change.ask_change(
            request.runtime,
            get_titulaire(request),
            form.password.data or "",
            parsed(form.email),
            command,
        )
    except SameAddressError:
        form.refuse("email", SAME)
        return _page(request, form, 422)
    except WrongPasswordError:
        form.refuse("password", NOT_THE_CURRENT)
        return _page(request, form, 422)
    except TooManyAttemptsError as error:
        is_change = error.limit == CHANGES_PER_ACCOUNT
        sentence, field = (TOO_MANY, "") if is_change else (TOO_MANY_CONFIRMATIONS, "password")
        page = partial(_page, request, form)
        return too_many_attempts(form, sentence, error, page, field=field)
    return request.answer(command.answer)


@titulaires_only
async def cancel_email(request: Request) -> Response:
    """Cancel the pending change (« Annuler ce changement »)."""
    await email_change.cancel_change(request.runtime, get_titulaire(request), request.device)
    return request.redirect(request.path("profile"), "changement-annule")


async def show_link(request: Request) -> Response:
    """Show the mailed link, without side effects: a mail scanner must not confirm it."""
    token = request.path_params["token"]
    outcome, address = Outcome.UNKNOWN, ""
    if looks_like_token(token):
        outcome, address = await email_change.get_link_state(request.runtime, token)
    if outcome is not Outcome.OPEN:
        return _outcome_page(request, outcome)
    return render(request, "profile/link.html", {"address": address})


async def submit_link(request: Request) -> Response:
    """Confirm the new address (« Confirmer cette adresse »)."""
    token, command = request.path_params["token"], request.command(request.path("email-confirmed"))
    if not looks_like_token(token):
        return _outcome_page(request, Outcome.UNKNOWN)
    try:
        await email_change.confirm_change(request.runtime, token, command)
    except LinkError as error:
        return _outcome_page(request, error.outcome)
    return request.answer(command.answer)


async def show_confirmed(request: Request) -> Response:
    """Show that the address has changed."""
    return render(request, "profile/link_done.html", {})


def _page(request: Request, form: EmailForm, status: int = 200) -> Response:
    context = {"form": form, "current": get_titulaire(request).identity.email}
    return render(request, "profile/email.html", context, status=status)


def _outcome_page(request: Request, outcome: Outcome) -> Response:
    template, status = PAGES[outcome]
    return render(request, template, {}, status=status)


ROUTES = [
    get("email", "/espace/informations/courriel", show_email),
    post(
        "email",
        "/espace/informations/courriel",
        submit_email,
        EmailForm,
        check=titulaires_only(build_live_check(EmailForm)),
    ),
    post("email-cancel", "/espace/informations/courriel/annuler", cancel_email),
    get("email-confirmed", "/courriel/confirme", show_confirmed),
    get("email-link", "/courriel/{token}", show_link),
    post("email-link", "/courriel/{token}", submit_link),
]
