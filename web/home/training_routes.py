"""« Ma liste de formations »: a text with a search form, and a page for each formation."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from web.catalogue import service
from web.catalogue.queries import find_formation
from web.core.fair_queue import BusyError
from web.core.http.request import Request
from web.core.http.routing import get
from web.core.http.templating import render
from web.home.rubrics import TITULAIRE, TRAININGS

# Search engines may index usable formations, not search results.
INDEXED, NOT_INDEXED = {"X-Robots-Tag": "all"}, {"X-Robots-Tag": "noindex"}


async def show_trainings(request: Request) -> Response:
    """Show the text and the search results; without a search, make no query."""
    url, asked = TRAININGS.url, request.query_params.get("q", "")
    found, retry_after = None, None
    try:
        found = await service.find(request.runtime, asked) if asked else None
    except BusyError as error:
        found, retry_after = service.not_searched(asked), error.retry_after
    context = {
        "this": TRAININGS,
        "audience": TITULAIRE,
        "trail": [(request.path("home"), "Accueil"), (TITULAIRE.url, TITULAIRE.title)],
        "here": TRAININGS.title,
        "found": found,
        "address": f"{url}?{urlencode({'q': found.text})}" if found and found.text else url,
    }
    page = render(
        request,
        TRAININGS.template,
        context,
        fragment="catalogue/_results.html",
        status=200 if retry_after is None else 503,
    )
    if retry_after is not None:
        page.headers["Retry-After"] = str(retry_after)
    if asked:
        page.headers.update(NOT_INDEXED)
    return page


async def show_formation(request: Request) -> Response:
    """Show one code CPF and the others of its certification."""
    code = request.path_params["code"]
    formation = await request.runtime.reads.read(lambda db: find_formation(db, code))
    if formation is None:
        return render(request, "catalogue/unknown.html", status=404)
    page = render(request, "catalogue/formation.html", {"formation": formation})
    if formation.is_usable:
        page.headers.update(INDEXED)
    return page


ROUTES = [
    get(TRAININGS.name, TRAININGS.url, show_trainings),
    get("formation", f"{TRAININGS.url}/{{code}}", show_formation),
]
