"""One statement on the database itself: its own connection, its transaction, its errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.support.db.relay import assert_pool_is_whole
from web.core.db.connection import Connection
from web.core.db.database import Database, DatabaseUnavailableError

INSERT = "INSERT INTO carried_out (key_digest, outcome) VALUES ($1, '/')"
COUNT = "SELECT count(*) FROM carried_out"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A separate pool."""
    database = Database(database_url)
    await database.connect()
    yield database
    await database.disconnect()


async def test_each_statement_commits_at_once_and_gives_its_connection_back(db: Database) -> None:
    connection: Connection = db
    assert await connection.execute(INSERT, b"1") == "INSERT 0 1"
    assert [row["key_digest"] for row in await connection.fetch("TABLE carried_out")] == [b"1"]
    row = await connection.fetchrow("TABLE carried_out")
    assert row is not None
    assert row["outcome"] == "/"
    assert await connection.fetchrow("SELECT WHERE false") is None
    assert await connection.fetchval(COUNT) == 1
    await assert_pool_is_whole(db)


async def test_statements_at_once_have_a_connection_each(db: Database) -> None:
    pids = await asyncio.gather(
        *(db.fetchval("SELECT pg_backend_pid() FROM pg_sleep(0.2)") for _ in range(3))
    )
    assert len(set(pids)) == 3


async def test_a_statement_within_a_transaction_is_a_part_of_it(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _write_and_fail(db, b"1")
    assert await db.fetchval(COUNT) == 0

    async with db.transaction():
        await db.execute(INSERT, b"2")
        with pytest.raises(ZeroDivisionError):
            await _write_and_fail(db, b"3")
        # Another task has another connection, which does not see them yet.
        assert await asyncio.create_task(db.fetchval(COUNT)) == 0
    assert [row["key_digest"] for row in await db.fetch("TABLE carried_out")] == [b"2"]
    await assert_pool_is_whole(db)


async def _write_and_fail(db: Database, digest: bytes) -> None:
    async with db.transaction():
        await db.execute(INSERT, digest)
        raise ZeroDivisionError


async def test_a_connection_that_dies_in_its_statement_makes_the_database_unavailable(
    db: Database,
) -> None:
    for run in (db.execute, db.fetch, db.fetchrow, db.fetchval):
        with pytest.raises(DatabaseUnavailableError):
            await run("SELECT pg_terminate_backend(pg_backend_pid())")
    await assert_pool_is_whole(db)


async def test_a_refused_statement_passes_its_error_unchanged(db: Database) -> None:
    await db.execute(INSERT, b"1")
    with pytest.raises(asyncpg.UniqueViolationError):
        await db.execute(INSERT, b"1")
    await assert_pool_is_whole(db)
