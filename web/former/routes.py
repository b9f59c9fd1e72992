"""« Votre ancien compte »: what is hidden, why, and how to restore it."""

from __future__ import annotations

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.former import service
from web.former.queries import LINK_DAYS
from web.former.service import LinkError, Outcome
from web.people.former.service import MAILBOX_MONTHS

STATUSES = {
    Outcome.ALREADY_DONE: 410,
    Outcome.OTHER_NAMES: 409,
    Outcome.OVER: 410,
    Outcome.UNKNOWN: 404,
}


@titulaires_only
async def show_former(request: Request) -> Response:
    """Show what can be restored, and how."""
    context = {
        "has_former": get_titulaire(request).has_former,
        "months": MAILBOX_MONTHS,
        "days": LINK_DAYS,
    }
    return render(request, "former/former.html", context)


@titulaires_only
async def send_again(request: Request) -> Response:
    """Send the mails again (« Envoyer de nouveau le courriel »)."""
    command = request.command(request.path("former"), "ancien-compte-courriel")
    await service.send_again(request.runtime, get_titulaire(request), command)
    return request.answer(command.answer)


@titulaires_only
async def show_link(request: Request) -> Response:
    """Show the page of the mailed link, without side effects."""
    signed_in, token = get_titulaire(request), request.path_params["token"]
    outcome = await service.get_link_state(request.runtime, signed_in, token)
    if outcome is not Outcome.OPEN:
        return _link_over(request, outcome)
    return render(request, "former/link.html", {"name": signed_in.display_name})


@titulaires_only
async def submit_link(request: Request) -> Response:
    """Restore the closed account (« Retrouver mes dossiers »)."""
    signed_in, token = get_titulaire(request), request.path_params["token"]
    command = request.command(request.path("former"), "ancien-compte-retrouve")
    try:
        await service.confirm(request.runtime, signed_in, token, command)
    except LinkError as error:
        return _link_over(request, error.outcome)
    return request.answer(command.answer)


def _link_over(request: Request, outcome: Outcome) -> Response:
    context = {"state": outcome.value, "days": LINK_DAYS}
    return render(request, "former/link_over.html", context, status=STATUSES[outcome])


ROUTES = [
    get("former", "/espace/ancien-compte", show_former),
    post("former", "/espace/ancien-compte", send_again),
    get("former-link", "/espace/ancien-compte/{token}", show_link),
    post("former-link", "/espace/ancien-compte/{token}", submit_link),
]
