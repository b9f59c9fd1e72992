"""A few routes, and their addresses by name."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import BaseRoute

from web.core.addresses import Addresses
from web.core.http.request import Request
from web.core.http.routing import get, post


async def page(request: Request) -> Response:
    return Response()


ROUTES: list[BaseRoute] = [
    get("hours", "/espace/heures", page),
    post("hours", "/espace/heures", page),
    get("dossier", "/espace/dossiers/{dossier_id:uuid}", page),
    get("formation", "/formations/{code}", page),
    get("static", "/static/{digest}/{name:path}", page),
]

ADDRESSES = Addresses(ROUTES)
