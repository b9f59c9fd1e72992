"""« Mes données »: shown, and downloaded."""

from __future__ import annotations

import json
from datetime import date, datetime

from starlette.responses import Response

from web.auth.titulaires.guard import get_titulaire, titulaires_only
from web.core.http.request import Request
from web.core.http.routing import get, post
from web.core.http.templating import render
from web.domain.nir import masked
from web.profile.export import service as export


@titulaires_only
async def show_data(request: Request) -> Response:
    """Show everything that is stored about the titulaire."""
    signed_in = get_titulaire(request)
    kept = await export.get_stored_data(request.runtime, request.runtime.db, signed_in)
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
    runtime, signed_in = request.runtime, get_titulaire(request)
    command = request.command(request.path("data"))
    kept = await export.collect_for_file(runtime, signed_in, command)
    content = export.as_document(kept, signed_in.identity, runtime.clock.now())
    text = json.dumps(content, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return Response(text, media_type="application/json", headers=headers)


ROUTES = [
    get("data", "/espace/mes-donnees", show_data),
    post("data", "/espace/mes-donnees", download_data),
]
