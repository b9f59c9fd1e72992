"""READ_DATABASE_URL: a replica answers what may be a moment old, while it keeps up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.db.cluster import ask
from tests.support.db.pair import Pair
from tests.support.db.roles import APPLICATION, as_role
from tests.support.http.client import Client
from tests.support.programs.processes import until
from tests.support.programs.settings import make_settings
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.importing import import_lines, line
from web.app import create_app
from web.core.db import replica as reads
from web.core.runtime import Runtime

SERVER = "SELECT inet_server_port()"
HISTORY, SEARCH = "/espace/historique", "/titulaire/ma-liste-de-formations?q=soudure"
EVENTS = """
    INSERT INTO event (person_id, kind, actor, detail)
    SELECT person_id, 'dif_corrected', 'titulaire', n || ' h'
    FROM account, generate_series($1::int, $2) AS n
"""


@pytest.fixture
async def app(pair: Pair) -> AsyncIterator[Starlette]:
    """The site on a primary, with its standby to read from."""
    primary, replica = (
        as_role(server.url("compte"), APPLICATION) for server in (pair.first, pair.second)
    )
    one = create_app(make_settings(database_url=primary, read_database_url=replica))
    async with one.router.lifespan_context(one):
        yield one


async def port_asked(runtime: Runtime) -> int:
    """The port of the server that answers reads."""
    port: int = await runtime.reads.read(lambda db: db.fetchval(SERVER))
    return port


async def replica_asked(pair: Pair, runtime: Runtime) -> None:
    """Wait until reads go to the replica."""

    async def is_asked() -> bool:
        return await port_asked(runtime) == pair.second.port

    await until(is_asked, "the replica")


async def primary_asked(pair: Pair, runtime: Runtime) -> None:
    """Wait until reads go to the primary."""

    async def is_asked() -> bool:
        return await port_asked(runtime) == pair.first.port

    await until(is_asked, "the primary")


def within(seconds: int) -> str:
    """The check of a replica that may be this late."""
    return reads.KEEPS_UP.replace(f"{reads.LATEST_SECONDS} s", f"{seconds} s")


async def pause(pair: Pair) -> None:
    """Have the replica receive what the primary does, and show none of it."""
    await ask(pair.second.url(), "SELECT pg_wal_replay_pause()")
    paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
    await until(lambda: ask(pair.second.url(), paused), "the pause")


async def test_a_replica_answers_while_it_keeps_up_and_the_primary_otherwise(
    pair: Pair, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime: Runtime = app.state.runtime
    replica = pair.second.url()
    assert await port_asked(runtime) == pair.first.port, "not before it was checked"
    await replica_asked(pair, runtime)
    # An error of the replica's own: the primary answers.
    own = "SELECT inet_server_port() / (1 - pg_is_in_recovery()::int)"
    assert await runtime.reads.read(lambda db: db.fetchval(own)) == pair.first.port
    await replica_asked(pair, runtime)
    await pause(pair)
    await ask(pair.first.url(), "CREATE TABLE late (id int)")
    monkeypatch.setattr(reads, "KEEPS_UP", within(0))
    await primary_asked(pair, runtime)
    monkeypatch.undo()
    await ask(replica, "SELECT pg_wal_replay_resume()")
    await replica_asked(pair, runtime)

    pair.second.stop("immediate")
    assert await port_asked(runtime) == pair.first.port
    pair.second.start()
    await replica_asked(pair, runtime)
    # A verdict of long ago counts for nothing.
    await asyncio.sleep(2 * reads.CHECK_SECONDS)
    assert await port_asked(runtime) == pair.first.port
    await replica_asked(pair, runtime)
    pair.kill(pair.first)
    cut_off = f"SELECT ({reads.KEEPS_UP}) IS NOT TRUE"
    await until(lambda: ask(replica, cut_off), "the loss to be seen")


async def test_older_pages_of_a_history_and_the_catalogue_come_from_it(
    pair: Pair, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never what a person has just done."""
    person, runtime = Person(), app.state.runtime
    primary = pair.first.url("compte")
    await open_account(runtime, person)
    await ask(primary, EVENTS, 1, 40)
    monkeypatch.setattr(reads, "KEEPS_UP", within(3600))
    await replica_asked(pair, runtime)
    async with Client(app) as client:
        await log_in(client, person)
        await pause(pair)
        older = (await client.get(f"{HISTORY}?page=2")).main
        await ask(primary, EVENTS, 99, 99)
        await import_lines(runtime, [line(1, "Soudure à l’arc")])
        assert "(99 h)" in (await client.get(HISTORY)).text
        assert (await client.get(f"{HISTORY}?page=2")).main == older
        assert "Soudure à l’arc" not in (await client.get(SEARCH)).text
        await ask(pair.second.url(), "SELECT pg_wal_replay_resume()")

        async def is_found() -> bool:
            return "Soudure à l’arc" in (await client.get(SEARCH)).text

        await until(is_found, "the formation")
