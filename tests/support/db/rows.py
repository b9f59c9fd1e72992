"""Direct queries and updates: to look behind a page and to move time."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import asyncpg

from tests.support.db.roles import OWNER, connected_as
from web.core.runtime import Runtime


async def run(runtime: Runtime, sql: str, *arguments: Any) -> None:
    """Run a statement as the owner of the tables, which the program itself may not do."""
    async with as_owner(runtime) as connection:
        await connection.execute(sql, *arguments)


def as_owner(runtime: Runtime) -> AbstractAsyncContextManager[asyncpg.Connection]:
    """A separate connection as the owner of the tables."""
    return connected_as(OWNER, runtime.settings.database_url)


async def value(runtime: Runtime, sql: str, *arguments: Any) -> Any:
    """The first column of the first row."""
    return await runtime.db.fetchval(sql, *arguments)


async def column(runtime: Runtime, sql: str, *arguments: Any) -> list[Any]:
    """The first column of all rows."""
    return [next(iter(row.values())) for row in await runtime.db.fetch(sql, *arguments)]


async def count(runtime: Runtime, table: str) -> int:
    """The number of rows in a table."""
    return int(await value(runtime, f"SELECT count(*) FROM {table}"))


async def until_someone_waits(runtime: Runtime, how_many: int = 1) -> None:
    """Wait until a backend waits for a lock; raise TimeoutError otherwise."""
    async with asyncio.timeout(10):
        # A separate task: the test's own may hold the connection that owns the lock.
        while not await asyncio.create_task(
            value(
                runtime,
                """
                SELECT count(*) >= $1 FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """,
                how_many,
            )
        ):
            await asyncio.sleep(0.01)


async def corrupt(runtime: Runtime, column: str, condition: str, *arguments: Any) -> None:
    """Alter the last byte of one row's sealed value; `column` is written `table.column`."""
    table, name = column.split(".")
    last = f"octet_length({name}) - 1"
    altered = f"set_byte({name}, {last}, 255 - get_byte({name}, {last}))"
    async with as_owner(runtime) as connection:
        status = await connection.execute(
            f"UPDATE {table} SET {name} = {altered} WHERE {condition}", *arguments
        )
    assert status == "UPDATE 1", status
