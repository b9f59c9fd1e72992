"""Guards of the professional spaces."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.agents.records import HOMES, Kind
from web.agents.sessions import find_agent
from web.auth.guard import Guard
from web.auth.logins import LoginKind
from web.core.http.request import Handler, Request

AGENTS = Guard(
    LoginKind.AGENT,
    find_agent,
    prefix="agent-",
    roots=(*HOMES.values(), "agent-login"),
    account="agent-account",
    extends_early=True,
)
agents_only = AGENTS.admit
get_agent = AGENTS.get


def managers_only(handler: Handler) -> Handler:
    """Admit the signed-in access managers to a page of their space; another agent gets a 403."""

    @agents_only
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        if not get_agent(request).is_manager:
            raise HTTPException(403)
        return await handler(request)

    return guarded


def admit_agents(kind: str) -> Callable[[Handler], Handler]:
    """Admit the signed-in agents of organismes, or of employers, to a page of their space.

    Without a session the visitor logs in and comes back; an agent of the other kind gets a 403.
    """
    wanted = Kind(kind)

    def decorate(handler: Handler) -> Handler:
        @agents_only
        @wraps(handler)
        async def guarded(request: Request) -> Response:
            if get_agent(request).kind is not wanted:
                raise HTTPException(403)
            return await handler(request)

        return guarded

    return decorate
