"""A network that keeps connections open but forwards nothing; a read-only database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.support.db.relay import Relay, assert_pool_is_whole
from tests.support.db.rows import column
from tests.support.http.client import Client
from tests.support.programs.processes import until
from tests.support.programs.settings import make_settings
from tests.support.titulaires.journey import to_identity
from web.app import create_app
from web.core.db import connections
from web.core.db import database as db
from web.core.db.database import Database, DatabaseUnavailableError
from web.core.runtime import Runtime
from web.worker import Worker

RECOVERY_SECONDS = 5


@pytest.fixture
async def pool(relay: Relay) -> AsyncIterator[Database]:
    """A pool that connects through the relay."""
    database = Database(relay.url)
    await database.connect()
    yield database
    await database.disconnect()


@pytest.fixture
async def far(relay: Relay) -> AsyncIterator[Client]:
    """A visitor of an application whose database is behind the relay."""
    app = create_app(make_settings(database_url=relay.url))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client


async def _use(pool: Database) -> None:
    async with pool.connection() as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_connections_that_fell_silent_are_replaced_without_a_request_failing(
    far: Client, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "IDLE_SECONDS", 0)
    await to_identity(far)
    relay.fall_silent()
    relay.resume(for_all=False)

    started = time.monotonic()
    assert (await far.get("/inscription/identite")).status == 200
    assert time.monotonic() - started < RECOVERY_SECONDS


async def _autocommit(pool: Database, relay: Relay) -> None:
    async with pool.connection() as connection:
        relay.fall_silent()
        await connection.fetchval("SELECT 1")


async def _transaction(pool: Database, relay: Relay) -> None:
    async with pool.transaction() as connection:
        await connection.fetchval("SELECT 1")
        relay.fall_silent()
        await connection.execute("SELECT 1")


async def _savepoint(pool: Database, relay: Relay) -> None:
    async with pool.transaction() as connection, connection.transaction():
        relay.fall_silent()
        await connection.fetch("SELECT 1")


async def _commit(pool: Database, relay: Relay) -> None:
    async with pool.transaction() as connection:
        await connection.fetchrow("SELECT 1")
        relay.fall_silent()


@pytest.mark.parametrize("work", [_autocommit, _transaction, _savepoint, _commit])
async def test_silence_in_the_midst_of_something_is_told_once_and_soon(
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[Database, Relay], Awaitable[None]],
) -> None:
    monkeypatch.setattr(connections, "SILENCE_SECONDS", 0.3)
    pool = Database(relay.url)
    await pool.connect()
    await asyncio.gather(*(_use(pool) for _ in range(3)))

    started = time.monotonic()
    with pytest.raises(DatabaseUnavailableError):
        await work(pool, relay)
    assert time.monotonic() - started < 0.3 * 2 + 1

    relay.resume(for_all=False)
    await assert_pool_is_whole(pool)
    await pool.disconnect()


async def test_a_slow_statement_is_ended_by_the_server_and_its_connection_kept(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "STATEMENT_SECONDS", 0.2)
    pool = Database(database_url)
    await pool.connect()
    async with pool.connection() as connection:
        pid = await connection.fetchval("SELECT pg_backend_pid()")
    with pytest.raises(DatabaseUnavailableError, match="QueryCanceledError"):
        async with pool.connection() as connection:
            # Computing, not waiting: on other days, PostgreSQL's timers do not end a wait.
            await connection.execute("SELECT count(*) FROM generate_series(1, 1e12)")
    async with pool.connection() as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") == pid
    await pool.disconnect()


async def test_a_pool_whose_database_is_silent_closes_all_the_same(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "CLOSE_SECONDS", 0.2)
    pool = Database(relay.url)
    await pool.connect()
    await _use(pool)
    relay.fall_silent()

    async with asyncio.timeout(2):
        await pool.disconnect()


async def _listeners(runtime: Runtime) -> set[int]:
    """The connections of workers listening for jobs."""
    listed = """
        SELECT pid FROM pg_stat_activity
        WHERE application_name LIKE '%worker' AND datname = current_database()
          AND (query LIKE 'LISTEN%' OR query LIKE '%pgqueuer%')
        """
    return set(await column(runtime, listed))


async def test_a_worker_whose_database_is_silent_works_again_with_it(
    runtime: Runtime, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.worker.QUEUE_SILENCE_SECONDS", 0.5)
    monkeypatch.setattr("web.worker.POLL", timedelta(seconds=0.2))
    worker = Worker(make_settings(database_url=relay.url))
    working = asyncio.create_task(worker.run())
    before = await until(lambda: _listeners(runtime), "a worker listens")
    relay.fall_silent()
    relay.resume(for_all=False)

    async def another_listens() -> bool:
        return bool(await _listeners(runtime) - before)

    await until(another_listens, "another connection than the silent one", 10)
    worker.stop()
    async with asyncio.timeout(5):
        await working


async def test_a_worker_stops_while_its_database_is_silent(
    relay: Relay, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.worker.CUT_OFF_SECONDS", 0.3)
    worker = Worker(make_settings(database_url=relay.url))
    working = asyncio.create_task(worker.run())
    await until(lambda: _listeners(runtime), "a worker listens")
    relay.fall_silent()
    worker.stop()
    async with asyncio.timeout(4):
        await working


@dataclass(frozen=True)
class Administrator:
    """An administrator who alters a database from another one."""

    connection: asyncpg.Connection
    name: str

    async def alter(self, what: str, renamed: str = "") -> None:
        await self.connection.execute(f"ALTER DATABASE {self.name}{renamed} {what}")

    async def end_connections(self) -> None:
        await self.connection.fetch(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1",
            self.name,
        )


@pytest.fixture
async def administrator(postgres: Any, administrator_url: str) -> AsyncIterator[Administrator]:
    connection = await asyncpg.connect(postgres.get_uri())
    name = administrator_url.rpartition("/test_")[2].partition("?")[0]
    yield Administrator(connection, f"test_{name}")
    await connection.close()


@pytest.mark.own_session
async def test_read_only_connections_are_not_kept_once_the_database_writes_again(
    client: Client, administrator: Administrator
) -> None:
    page = await client.get("/inscription/conditions")
    await administrator.alter("SET default_transaction_read_only = on")
    await administrator.end_connections()
    assert (await client.submit(page, {"accepted": "y"})).status == 503
    ready = await client.get("/sante/pret")
    assert (ready.status, ready.html) == (503, "base de données en lecture seule\n")

    await administrator.alter("SET default_transaction_read_only = off")

    assert (await client.get("/sante/pret")).status == 200
    assert (await client.submit(page, {"accepted": "y"})).url == "/inscription/identite"


@pytest.mark.own_session
async def test_connections_that_only_read_do_not_stay_in_the_pool(
    database_url: str, administrator: Administrator
) -> None:
    pool = Database(database_url)
    await pool.connect()
    await administrator.alter("SET default_transaction_read_only = on")
    for _ in range(3):
        await _use(pool)
    await administrator.alter("SET default_transaction_read_only = off")
    async with pool.transaction() as connection:
        await connection.execute("DELETE FROM carried_out")
    await assert_pool_is_whole(pool)
    await pool.disconnect()


@pytest.mark.own_session
async def test_a_database_that_has_another_name_for_a_while(
    client: Client, administrator: Administrator
) -> None:
    page = await client.get("/inscription/conditions")
    await administrator.alter("ALLOW_CONNECTIONS false")
    await administrator.end_connections()
    await administrator.alter(f"RENAME TO {administrator.name}_away")
    assert (await client.submit(page, {"accepted": "y"})).status == 503
    assert (await client.get("/sante/pret")).status == 503
    await administrator.alter(f"RENAME TO {administrator.name}", "_away")
    await administrator.alter("ALLOW_CONNECTIONS true")

    assert (await client.submit(page, {"accepted": "y"})).url == "/inscription/identite"
