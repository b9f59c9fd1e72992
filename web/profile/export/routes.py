"""« Mes données », and the closing of the account."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import partial

from starlette.responses import Response

from web.auth.guard import redirect_to_login, titulaire_of, titulaires_only
from web.auth.password.credentials import WrongPasswordError
from web.auth.refusals import too_many_attempts
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.domain.nir import masked
from web.people.former import MAILBOX_MONTHS
from web.people.sentences import NOT_THE_CURRENT, TOO_MANY_CONFIRMATIONS
from web.profile.export import service as export
from web.profile.information import service
from web.profile.information.forms import ClosingForm
from web.profile.information.service import AccountGoneError


@titulaires_only
async def show_data(request: Request) -> Response:
    """Show everything that is stored about the titulaire."""
    signed_in = titulaire_of(request)
    try:
        kept = await export.get_stored_data(request.runtime, request.runtime.db, signed_in)
    except AccountGoneError:
        return await redirect_to_login(request)
    context = {
        "kept": kept,
        "identity": signed_in.identity,
        "masked_nir": masked(signed_in.identity.nir),
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
    }
    return render(request, "profile/data.html", context)


@titulaires_only
async def download_data(request: Request) -> Response:
    """Download the same data as one JSON file, with the full NIR."""
    runtime, signed_in = request.runtime, titulaire_of(request)
    try:
        kept = await export.collect_for_file(
            runtime, signed_in, request.command(request.path("data"))
        )
    except AccountGoneError:
        return await redirect_to_login(request)
    content = export.as_document(kept, signed_in.identity, runtime.clock.now())
    text = json.dumps(content, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return Response(text, media_type="application/json", headers=headers)


@titulaires_only
async def show_closing(request: Request) -> Response:
    """Show « Fermer mon compte »: what is deleted, what is kept, and the password."""
    return _closing_page(request, ClosingForm())


@titulaires_only
async def submit_closing(request: Request) -> Response:
    """Close the account."""
    form = ClosingForm(request.posted)
    if not form.validate():
        return _closing_page(request, form, 422)
    password, command = form.password.data or "", request.command(request.path("closed"))
    try:
        await service.close_account(request.runtime, titulaire_of(request), password, command)
    except WrongPasswordError:
        form.refuse("password", NOT_THE_CURRENT)
        return _closing_page(request, form, 422)
    except TooManyAttemptsError as error:
        page = partial(_closing_page, request, form)
        return too_many_attempts(form, TOO_MANY_CONFIRMATIONS, error, page, field="password")
    request.browser.rotate()
    return request.answer(command.answer)


async def show_closed(request: Request) -> Response:
    """Explain what closing the account has done."""
    return render(request, "profile/closed.html", {"months": MAILBOX_MONTHS})


def _closing_page(request: Request, form: ClosingForm, status: int = 200) -> Response:
    context = {"form": form, "months": MAILBOX_MONTHS}
    return render(request, "profile/closing.html", context, status=status)


ROUTES = [
    get("data", "/espace/mes-donnees", show_data),
    post("data", "/espace/mes-donnees", download_data),
    get("closing", "/espace/informations/fermeture", show_closing),
    post("closing", "/espace/informations/fermeture", submit_closing),
    get("closed", "/compte-ferme", show_closed),
]
