"""A database that is away, read-only or full: the error page, then recovery."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from starlette.applications import Starlette

from tests.support.db.relay import Relay, assert_pool_is_whole
from tests.support.http.client import Client, Page
from tests.support.programs.processes import volume
from tests.support.programs.settings import make_settings
from tests.support.titulaires.journey import to_identity, to_password, to_validation
from tests.support.titulaires.people import PASSWORD, Person
from web.app import create_app
from web.core.db.database import Database
from web.core.http.errors import DATABASE_RETRY_SECONDS


@pytest.fixture
def relay(database_url: str) -> Relay:
    """The relay to the database, closed."""
    return Relay(database_url)


@pytest.fixture
async def away(relay: Relay) -> AsyncIterator[Client]:
    """A visitor of an application started without its database."""
    app = create_app(make_settings(database_url=relay.url))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client
    await relay.close()


def assert_says_unavailable(page: Page) -> None:
    assert page.status == 503
    assert page.response.headers["retry-after"] == str(DATABASE_RETRY_SECONDS)
    assert "Erreur" in page.title
    assert "Service momentanément indisponible" in page.title
    assert "Traceback" not in page.html
    assert "asyncpg" not in page.html


async def test_the_site_starts_without_its_database_and_recovers_with_it(
    away: Client, relay: Relay
) -> None:
    """16.5: static pages are served, the rest fails closed with the error page."""
    terms = await away.get("/inscription/conditions")
    assert terms.status == 200
    assert_says_unavailable(await away.submit(terms, {"accepted": "y"}))
    assert (await away.get("/")).status == 200
    assert (await away.get("/sante/vivant")).status == 200
    assert (await away.get("/sante/pret")).status == 503

    await relay.open()

    assert (await away.submit(terms, {"accepted": "y"})).url == "/inscription/identite"
    assert (await away.get("/sante/pret")).status == 200


@pytest.mark.faults
async def test_a_database_that_leaves_and_comes_back_costs_only_the_requests_meanwhile(
    away: Client, relay: Relay
) -> None:
    """16.5: the same cookie continues where it was."""
    await relay.open()
    await to_identity(away)
    for _ in range(volume(5, 50)):
        await relay.close()
        assert_says_unavailable(await away.get("/inscription/identite"))
        await relay.open()
        assert (await away.get("/inscription/identite")).status == 200


async def test_a_login_while_the_database_is_away_opens_nothing(away: Client) -> None:
    """16.5: fails closed."""
    page = await away.get("/connexion")

    answer = await away.submit(page, {"nir": Person().nir, "password": PASSWORD})

    assert_says_unavailable(answer)
    assert_says_unavailable(await away.get("/espace"))


@pytest.mark.faults
async def test_a_read_only_database_gets_the_designed_page_and_keeps_what_it_has(
    client: Client, administrator_url: str
) -> None:
    """16.5, I1: acknowledged data are there once the database accepts writes again."""
    page = await to_validation(client, Person())
    async with _owner(administrator_url) as owner:
        for _ in range(volume(1, 20)):
            await owner.execute(_set_for_all("default_transaction_read_only = on"))
            await _end_others(owner)
            answer = await client.submit(page)
            assert_says_unavailable(answer)
            assert (await client.get("/")).status == 200
            await owner.execute("SET default_transaction_read_only = off")
            await owner.execute(_set_for_all("default_transaction_read_only = off"))
            await _end_others(owner)
            assert await owner.fetchval("SELECT count(*) FROM mail") == 0

    assert (await client.submit(page)).url == "/inscription/courriel"


@pytest.mark.faults
@pytest.mark.parametrize("code", ["53100", "53200", "53300", "57P01", "57P03"])
async def test_a_database_out_of_room_or_stopping_gets_the_designed_page(
    client: Client, runtime_db: Database, administrator_url: str, code: str
) -> None:
    """16.5, I2: disk full, out of memory, too many clients, shutting down, starting up."""
    page = await to_validation(client, Person())
    async with _owner(administrator_url) as owner:
        await owner.execute(f"""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'no room for NIR 285059999' USING ERRCODE = '{code}'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON mail FOR EACH ROW EXECUTE FUNCTION fail()""")
        # More often than a NIR may be registered in a day: what failed does not count.
        for _ in range(volume(6, 20)):
            assert_says_unavailable(await client.submit(page))
            assert await owner.fetchval("SELECT status FROM registration") == "open"
        await owner.execute("DROP TRIGGER fail ON mail")

    assert (await client.submit(page)).url == "/inscription/courriel"
    await assert_pool_is_whole(runtime_db)


@pytest.mark.faults
async def test_clients_that_leave_at_any_moment_leak_nothing(
    app: Starlette, runtime_db: Database
) -> None:
    """I5: the request is carried out or rolled back; its connection returns either way."""
    async with Client(app) as client:
        page = await to_password(client, Person())
        fields = {"password": PASSWORD, "password_confirmation": PASSWORD}

        async def leave_after(steps: int) -> None:
            visit = asyncio.create_task(client.submit(page, fields, follow=False))
            for _ in range(steps):
                await asyncio.sleep(0)
            visit.cancel()
            await asyncio.wait({visit})

        for first in range(0, volume(200, 5000), 20):
            steps = (number % 200 for number in range(first, first + 20))
            await asyncio.gather(*map(leave_after, steps))
        await assert_pool_is_whole(runtime_db)
        # One browser with so many concurrent hashes would have to wait.
        app.state.runtime.passwords._local_limit._done.clear()
        assert (await client.submit(page, fields)).url == "/inscription/validation"


@pytest.fixture
def runtime_db(app: Starlette) -> Database:
    """The application's pool."""
    db: Database = app.state.runtime.db
    return db


@asynccontextmanager
async def _owner(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def _set_for_all(setting: str) -> str:
    return (
        f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {setting}', current_database()); END $$"
    )


async def _end_others(owner: asyncpg.Connection) -> None:
    await owner.fetch("""
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()""")
