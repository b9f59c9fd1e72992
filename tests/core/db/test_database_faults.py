"""Killed backends, leaving clients, failing commits: the pool stays intact, nobody blocks."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from tests.support.db.relay import assert_pool_is_whole
from tests.support.programs.processes import volume
from web.core.db.database import (
    ACQUIRE_TIMEOUT_SECONDS,
    POOL_MAX,
    Database,
    DatabaseUnavailableError,
)

ROUNDS = volume(40, 400)
AT_ONCE = POOL_MAX + 4


class ChangedMindError(Exception):
    """Raised by a test inside a transaction."""


@pytest.fixture
async def db(database_url: str, owner_url: str) -> AsyncIterator[Database]:
    """A separate pool, and a table to write to."""
    await _as_owner(owner_url, "CREATE TABLE note (number int PRIMARY KEY)")
    await _as_owner(owner_url, "GRANT ALL ON note TO PUBLIC")
    database = Database(database_url)
    await database.connect()
    yield database
    await database.disconnect()


async def _as_owner(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


class Killer:
    """Terminates backends."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def order(self, pid: int) -> None:
        """Ask a backend to terminate; it may take a while."""
        async with self._turn:
            await self._connection.execute(f"SELECT pg_terminate_backend({pid})")

    async def kill(self, pid: int) -> None:
        """Terminate a backend and wait until it has ended."""
        await self.order(pid)
        async with asyncio.timeout(ACQUIRE_TIMEOUT_SECONDS):
            while _lives(pid):
                await asyncio.sleep(0.001)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
async def killer(database_url: str) -> AsyncIterator[Killer]:
    """A killer with its own connection."""
    connection = await asyncpg.connect(database_url)
    yield Killer(connection)
    await connection.close()


async def _write(db: Database, number: int, *, dies: str, killer: Killer) -> None:
    """Run one transaction, killing its backend at the given point."""
    async with db.transaction() as connection:
        pid = await connection.fetchval("SELECT pg_backend_pid()")
        if dies == "before the statement":
            await killer.kill(pid)
        insert = connection.execute("INSERT INTO note VALUES ($1)", number)
        if dies == "as the statement leaves":
            await asyncio.gather(insert, killer.order(pid))
        else:
            await insert
        if dies == "during the statement":
            await asyncio.gather(connection.execute("SELECT pg_sleep(9)"), killer.kill(pid))
        if dies in ("before the commit", "before the rollback"):
            await killer.kill(pid)
        if dies == "before the rollback":
            raise ChangedMindError


@pytest.mark.faults
@pytest.mark.own_session
async def test_killed_backends_cost_their_transaction_and_nothing_else(
    db: Database, killer: Killer
) -> None:
    deaths = (
        "before the statement",
        "during the statement",
        "before the commit",
        "before the rollback",
        "as the statement leaves",
        "never",
        "never",
    )
    kinds = deaths * ROUNDS
    crowd = asyncio.Semaphore(AT_ONCE)
    waits: list[float] = []

    async def write(number: int, kind: str) -> None:
        async with crowd:
            started = time.monotonic()
            try:
                await _write(db, number, dies=kind, killer=killer)
            finally:
                waits.append(time.monotonic() - started)

    results = await asyncio.gather(
        *(write(number, kind) for number, kind in enumerate(kinds)), return_exceptions=True
    )

    outcomes = {
        kind: {type(result) for result, of in zip(results, kinds, strict=True) if of == kind}
        for kind in deaths
    }
    assert outcomes.pop("never") == {type(None)}
    assert set(map(frozenset, outcomes.values())) == {frozenset({DatabaseUnavailableError})}
    assert max(waits) < ACQUIRE_TIMEOUT_SECONDS
    async with db.connection() as connection:
        rows = await connection.fetch("SELECT number FROM note")
    written = {number for number, kind in enumerate(kinds) if kind == "never"}
    assert {row["number"] for row in rows} == written
    await assert_pool_is_whole(db)


@pytest.mark.own_session
async def test_a_task_whose_connection_dies_as_it_gives_it_back_goes_on_with_another(
    db: Database, killer: Killer
) -> None:
    deaths: set[asyncio.Task[None]] = set()
    for _ in range(ROUNDS):
        with suppress(DatabaseUnavailableError):
            async with db.connection() as connection:
                pid = await connection.fetchval("SELECT pg_backend_pid()")
                deaths.add(asyncio.create_task(killer.kill(pid)))
                # Send the termination and the reset of the connection at the same moment.
                await asyncio.sleep(0)
    await asyncio.gather(*deaths)
    for _ in range(10):
        # Let the loop read what the dead backends left in their sockets.
        await asyncio.sleep(0)

    async with db.connection() as connection:
        assert await connection.fetchval("SELECT 1") == 1
    await assert_pool_is_whole(db)


async def test_a_commit_that_is_refused_is_told_as_such_and_frees_its_connection(
    db: Database, owner_url: str
) -> None:
    await _as_owner(
        owner_url, "CREATE TABLE answer (note int REFERENCES note DEFERRABLE INITIALLY DEFERRED)"
    )
    await _as_owner(owner_url, "GRANT ALL ON answer TO PUBLIC")

    async def answer_to_nothing() -> None:
        async with db.transaction() as inner:
            await inner.execute("INSERT INTO answer VALUES (404)")

    results = await asyncio.gather(
        *(answer_to_nothing() for _ in range(3 * POOL_MAX)), return_exceptions=True
    )

    assert {type(result) for result in results} == {asyncpg.ForeignKeyViolationError}
    await assert_pool_is_whole(db)


async def test_an_exception_undoes_the_transaction_and_passes_unchanged(db: Database) -> None:
    async def write_and_change_mind() -> None:
        async with db.transaction() as connection:
            await connection.execute("INSERT INTO note VALUES (1)")
            raise ChangedMindError

    with pytest.raises(ChangedMindError):
        await write_and_change_mind()
    async with db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM note") == 0


async def test_tasks_cancelled_at_every_point_leave_the_pool_whole(db: Database) -> None:
    async def write(number: int) -> None:
        async with db.transaction() as connection:
            await connection.execute("INSERT INTO note VALUES ($1)", number)
            await connection.execute("SELECT pg_sleep(0.001)")

    async def write_and_leave(number: int) -> None:
        task = asyncio.create_task(write(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled() or task.exception() is None

    for first in range(0, 300, 25):
        await asyncio.gather(*(write_and_leave(n) for n in range(first, first + 25)))

    await assert_pool_is_whole(db)


async def test_waiting_for_a_connection_fails_within_five_seconds(database_url: str) -> None:
    db = Database(database_url, max_size=1)
    await db.connect()
    holds = asyncio.Event()
    done = asyncio.Event()

    async def hold() -> None:
        async with db.connection():
            holds.set()
            await done.wait()

    holder = asyncio.create_task(hold())
    await holds.wait()
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError):
        async with db.connection():
            pass
    waited = time.monotonic() - started
    done.set()
    await holder

    assert ACQUIRE_TIMEOUT_SECONDS - 0.1 <= waited < 2 * ACQUIRE_TIMEOUT_SECONDS
    await assert_pool_is_whole(db, size=1)
    await db.disconnect()
