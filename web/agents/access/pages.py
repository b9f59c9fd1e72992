"""The guard of the pages of access managers, and the colleague of an address."""

from __future__ import annotations

from functools import wraps

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.agents.access.queries import find_colleague
from web.agents.access.records import Colleague
from web.agents.access.service import NotManagerError, UnknownColleagueError
from web.agents.guard import get_agent, managers_only
from web.core.http.request import Handler, Request


def for_managers(handler: Handler) -> Handler:
    """Admit access managers; whoever is one no longer gets a 403, an unknown colleague a 404."""

    @managers_only
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except NotManagerError:
            raise HTTPException(403) from None
        except UnknownColleagueError:
            raise HTTPException(404) from None

    return guarded


async def get_colleague(request: Request) -> Colleague:
    """Return the colleague of the address; another organisation's raises UnknownColleagueError."""
    runtime, organisation_id = request.runtime, get_agent(request).organisation_id
    found = await find_colleague(
        runtime.db, runtime.vault, organisation_id, request.path_params["colleague_id"]
    )
    if found is None:
        raise UnknownColleagueError
    return found
