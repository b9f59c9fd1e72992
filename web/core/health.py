"""For operators: is the process up, can it serve."""

from __future__ import annotations

from functools import cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.core.db import DatabaseUnavailableError
from web.core.migrations import current_revision, newest_revision
from web.core.runtime import runtime_of

# Read from the revisions' files: once, and not while others wait.
_needed_revision = cache(newest_revision)


async def show_alive(request: Request) -> Response:
    """`/sante/vivant`: the process answers."""
    return PlainTextResponse("vivant\n")


async def show_ready(request: Request) -> Response:
    """`/sante/pret`: the database answers and its schema is this program's; else 503."""
    try:
        async with runtime_of(request).db.connection() as connection:
            revision = await current_revision(connection)
    except DatabaseUnavailableError:
        return PlainTextResponse("base de données injoignable\n", 503)
    if revision != _needed_revision():
        return PlainTextResponse("migrations à appliquer\n", 503)
    return PlainTextResponse("prêt\n")
