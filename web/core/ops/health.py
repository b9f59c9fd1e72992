"""Health checks for operators: liveness and readiness."""

from __future__ import annotations

import asyncpg
from starlette.responses import PlainTextResponse, Response

from web.core.db.connection import Connection
from web.core.db.database import DatabaseUnavailableError
from web.core.db.schema import WITHOUT_RIGHTS, find_schema_problem
from web.core.http.request import Request
from web.core.http.routing import get


async def show_alive(request: Request) -> Response:
    """Answer `/sante/vivant`: the process is up."""
    return PlainTextResponse("vivant\n")


async def show_ready(request: Request) -> Response:
    """Answer `/sante/pret`: 200 if the database is writable and its schema current, else 503."""
    try:
        async with request.runtime.db.connection() as connection:
            problem = await _find_problem(connection)
    except DatabaseUnavailableError as error:
        reads = str(error) == asyncpg.ReadOnlySQLTransactionError.__name__
        problem = "base de données en lecture seule" if reads else "base de données injoignable"
    return PlainTextResponse(f"{problem}\n", 503) if problem else PlainTextResponse("prêt\n")


async def _find_problem(connection: Connection) -> str:
    schema = await find_schema_problem(connection)
    if schema:
        return schema.brief
    try:
        # Deletes no row, yet fails on a read-only database or without privileges.
        await connection.execute("DELETE FROM carried_out WHERE false")
    except asyncpg.InsufficientPrivilegeError:
        return WITHOUT_RIGHTS.brief
    return ""


ROUTES = [
    get("alive", "/sante/vivant", show_alive),
    get("ready", "/sante/pret", show_ready),
]
