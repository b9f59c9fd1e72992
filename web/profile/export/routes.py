"""« Mes données »: shown, and downloaded."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import partial

from starlette.responses import Response

from web.auth.password.credentials import WrongPasswordError
from web.auth.password.forms import (
    PasswordAgainForm,
    get_typed_password,
    without_recent_password,
)
from web.auth.refusals import refused_password
from web.auth.titulaires.guard import even_before_terms, get_identified
from web.core.http.forms.live_checks import build_live_check
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.core.rate_limit import TooManyAttemptsError
from web.domain.nir import masked
from web.profile.export import service as export
from web.profile.export.service import StoredData


@even_before_terms
async def show_data(request: Request) -> Response:
    """Show everything that is stored about the titulaire."""
    form = without_recent_password(PasswordAgainForm(), get_identified(request))
    return _page(request, await _stored(request), form)


@even_before_terms
async def download_data(request: Request) -> Response:
    """Download the same data as one JSON file, with the full NIR; asks for a recent password."""
    runtime, signed_in = request.runtime, get_identified(request)
    form = without_recent_password(PasswordAgainForm(request.posted), signed_in)
    if not form.validate():
        return _page(request, await _stored(request), form, 422)
    password, command = get_typed_password(form), request.command(request.path("data"))
    try:
        kept = await export.collect_for_file(runtime, signed_in, password, command)
    except (WrongPasswordError, TooManyAttemptsError) as error:
        return refused_password(form, error, partial(_page, request, await _stored(request), form))
    content = export.as_document(kept, signed_in.identity, runtime.clock.now())
    text = json.dumps(content, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return Response(text, media_type="application/json", headers=headers)


async def _stored(request: Request) -> StoredData:
    signed_in = get_identified(request)
    return await export.get_stored_data(
        request.runtime, request.runtime.db, signed_in, has_former=signed_in.has_former
    )


def _page(
    request: Request, kept: StoredData, form: PasswordAgainForm, status: int = 200
) -> Response:
    identity = get_identified(request).identity
    context = {
        "form": form,
        "kept": kept,
        "identity": identity,
        "masked_nir": masked(identity.nir),
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
    }
    return render(request, "profile/data.html", context, status=status)


CHECK = even_before_terms(build_live_check(PasswordAgainForm))
ROUTES = [
    get("data", "/espace/mes-donnees", show_data),
    post("data", "/espace/mes-donnees", download_data, check=CHECK),
]
