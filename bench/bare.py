"""The yardstick of the dashboard: a bare Starlette route that does the same two statements."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from web.core.tokens import token_hash

TOUCH = """
    UPDATE session SET last_seen_at = now() FROM account
    WHERE session.token_digest = $1 AND account.id = session.account_id
    RETURNING account.id, account.person_id, account.identity
"""
FIGURES = """
    SELECT b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf, b.last_fed_year,
           count(d.id) FILTER (WHERE d.status <> 'clos') AS open_dossiers,
           count(d.id) FILTER (WHERE d.status = 'clos') AS closed_dossiers
    FROM person p LEFT JOIN hours_balance b ON b.person_id = p.id
    LEFT JOIN dossier d ON d.person_id = p.id
    WHERE p.id = $1 GROUP BY b.dif, b.cpf, b.last_fed_year
"""
BODY = "x" * 4000


async def show(request: Request) -> HTMLResponse:
    """Two statements, each on a connection of the pool, then a text of a page's size."""
    pool = request.app.state.pool
    async with pool.acquire() as connection:
        row = await connection.fetchrow(TOUCH, token_hash(request.cookies["compte"]))
    async with pool.acquire() as connection:
        figures = await connection.fetchrow(FIGURES, row["person_id"])
    return HTMLResponse(f"{figures['cpf']}{BODY}")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """The pool."""
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=0, max_size=10)
    yield
    await app.state.pool.close()


def make() -> Starlette:
    """The application, for Granian."""
    return Starlette(routes=[Route("/", show)], lifespan=lifespan)
