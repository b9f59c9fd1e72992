"""The mailed links of a change of address by the service: to confirm it, and to refuse it.

Opening a link changes nothing: a mail scanner must neither confirm nor refuse.
"""

from __future__ import annotations

from starlette.responses import Response

from web.assistance.email_change import service
from web.assistance.email_change.records import LinkPurpose, State
from web.assistance.email_change.service import LinkError, find_open_change, open_address
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render

# A link that has done its work, or came too late; the others are unknown.
GONE, NOT_FOUND = 410, 404


async def show_link(request: Request) -> Response:
    """Show the page that confirms the new address."""
    runtime, token = request.runtime, request.path_params["token"]
    try:
        change = await find_open_change(runtime, runtime.db, token, LinkPurpose.CONFIRM)
    except LinkError as error:
        return _over(request, error, LinkPurpose.CONFIRM)
    context = {"address": open_address(runtime, change), "due_at": change.due_at}
    return render(request, "assistance/confirm.html", {**context, "is_due": change.is_due})


async def submit_link(request: Request) -> Response:
    """Confirm the new address (« Confirmer cette adresse »)."""
    command = request.command(request.path("service-email-confirmed"))
    try:
        await service.confirm(request.runtime, request.path_params["token"], command)
    except LinkError as error:
        return _over(request, error, LinkPurpose.CONFIRM)
    return request.answer(command.answer)


async def show_refusal(request: Request) -> Response:
    """Show the page that refuses the change."""
    runtime, token = request.runtime, request.path_params["token"]
    try:
        change = await find_open_change(runtime, runtime.db, token, LinkPurpose.REFUSE)
    except LinkError as error:
        return _over(request, error, LinkPurpose.REFUSE)
    context = {"asked_at": change.asked_at, "due_at": change.due_at, "is_due": change.is_due}
    return render(request, "assistance/refuse.html", context)


async def submit_refusal(request: Request) -> Response:
    """Refuse the change (« Refuser ce changement »)."""
    command = request.command(request.path("service-email-refused"))
    try:
        await service.refuse(request.runtime, request.path_params["token"], command)
    except LinkError as error:
        return _over(request, error, LinkPurpose.REFUSE)
    return request.answer(command.answer)


async def show_confirmed(request: Request) -> Response:
    """Explain when the change takes effect."""
    return render(request, "assistance/confirmed.html", {})


async def show_refused(request: Request) -> Response:
    """Confirm that the address stays, and explain what to do next."""
    return render(request, "assistance/refused.html", {})


def _over(request: Request, error: LinkError, purpose: LinkPurpose) -> Response:
    state = error.state
    context = {
        "state": state.value if state else "unknown",
        "is_refusal": purpose is LinkPurpose.REFUSE,
    }
    status = GONE if isinstance(state, State) else NOT_FOUND
    return render(request, "assistance/link_over.html", context, status=status)


ROUTES = [
    get("service-email-confirmed", "/changement-d-adresse/confirme", show_confirmed),
    get("service-email-refused", "/changement-d-adresse/refuse", show_refused),
    get("service-email-refusal", "/changement-d-adresse/refus/{token}", show_refusal),
    post("service-email-refusal", "/changement-d-adresse/refus/{token}", submit_refusal),
    get("service-email-link", "/changement-d-adresse/{token}", show_link),
    post("service-email-link", "/changement-d-adresse/{token}", submit_link),
]
