"""What the database holds, asked and changed by SQL: how tests look behind a page and move time."""

from __future__ import annotations

from typing import Any

from web.core.runtime import Runtime


async def run(runtime: Runtime, sql: str, *arguments: Any) -> None:
    """Run a statement."""
    async with runtime.db.connection() as connection:
        await connection.execute(sql, *arguments)


async def value(runtime: Runtime, sql: str, *arguments: Any) -> Any:
    """The first column of the first row."""
    async with runtime.db.connection() as connection:
        return await connection.fetchval(sql, *arguments)


async def column(runtime: Runtime, sql: str, *arguments: Any) -> list[Any]:
    """The first column of all rows."""
    async with runtime.db.connection() as connection:
        return [next(iter(row.values())) for row in await connection.fetch(sql, *arguments)]
