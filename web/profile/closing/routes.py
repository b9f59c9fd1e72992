"""« Fermer mon compte »."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import refused_password
from web.auth.titulaires.guard import even_before_terms, get_identified
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.people.former.service import MAILBOX_MONTHS
from web.profile.closing import service
from web.profile.closing.forms import ClosingForm


@even_before_terms
async def show_closing(request: Request) -> Response:
    """Show « Fermer mon compte »: what is deleted, what is kept, and the password."""
    return _closing_page(request, ClosingForm())


@even_before_terms
async def submit_closing(request: Request) -> Response:
    """Close the account."""
    form = ClosingForm(request.posted)
    if not form.validate():
        return _closing_page(request, form, 422)
    password, command = form.password.data or "", request.command(request.path("closed"))
    try:
        await service.close_account(request.runtime, get_identified(request), password, command)
    except (WrongPasswordError, TooManyAttemptsError) as error:
        return refused_password(form, error, partial(_closing_page, request, form))
    request.browser.rotate()
    return request.answer(command.answer)


async def show_closed(request: Request) -> Response:
    """Explain what closing the account has done."""
    return render(request, "profile/closed.html", {"months": MAILBOX_MONTHS})


def _closing_page(request: Request, form: ClosingForm, status: int = 200) -> Response:
    context = {"form": form, "months": MAILBOX_MONTHS}
    return render(request, "profile/closing.html", context, status=status)


CHECK = even_before_terms(build_live_check(ClosingForm))
ROUTES = [
    get("closing", "/espace/informations/fermeture", show_closing),
    post("closing", "/espace/informations/fermeture", submit_closing, check=CHECK),
    get("closed", "/compte-ferme", show_closed),
]
