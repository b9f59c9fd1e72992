"""The yardstick of the dashboard: a bare Starlette route that runs the same statements."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from web.auth.sessions.titulaire import FIND_SESSION
from web.core.crypto.tokens import token_hash
from web.domain.hours.dif_end import DifEnd
from web.home.queries import find_summary
from web.people.terms import OUTDATED

BODY = "x" * 4000


async def show(request: Request) -> HTMLResponse:
    """Run the dashboard's statements on pooled connections, then answer a page's worth of text."""
    pool = request.app.state.pool
    async with pool.acquire() as connection:
        token = token_hash(request.cookies["compte"])
        row = await connection.fetchrow(FIND_SESSION, token, OUTDATED)
    async with pool.acquire() as connection:
        summary = await find_summary(connection, row["person_id"], DifEnd())
    return HTMLResponse(f"{summary.balances.cpf}{BODY}")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open the pool, and close it at the end."""
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=0, max_size=10)
    yield
    await app.state.pool.close()


def make() -> Starlette:
    """Build the application, for Granian."""
    return Starlette(routes=[Route("/", show)], lifespan=lifespan)
