"""For operators: is the process up, can it serve."""

from __future__ import annotations

import asyncpg
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.core.db import Connection, DatabaseUnavailableError
from web.core.migrations import WITHOUT_RIGHTS, find_schema_problem
from web.core.runtime import runtime_of


async def show_alive(request: Request) -> Response:
    """`/sante/vivant`: the process answers."""
    return PlainTextResponse("vivant\n")


async def show_ready(request: Request) -> Response:
    """`/sante/pret`: the database accepts writing, and its schema is this program's; else 503."""
    try:
        async with runtime_of(request).db.connection() as connection:
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
        # Touches no row; refused by a database that only reads, and to a role without rights.
        await connection.execute("DELETE FROM carried_out WHERE false")
    except asyncpg.InsufficientPrivilegeError:
        return WITHOUT_RIGHTS.brief
    return ""
