"""A URL with several hosts leads to the one that accepts writes, also when another is silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.support.db.relay import Relay
from tests.support.db.roles import APPLICATION
from tests.support.programs.ports import free_port
from web.core.db.connections import (
    SILENCE_SECONDS,
    UNAVAILABLE,
    CannotConnectError,
    dedicated_connection,
)
from web.core.db.database import Database
from web.core.db.hosts import split_hosts

NAME = "a test"


@pytest.fixture
async def others(database_url: str) -> AsyncIterator[Relay]:
    """A second way to the database."""
    one = Relay(database_url)
    await one.open()
    yield one
    await one.close()


def both(first: Relay, second: Relay, query: str = "") -> str:
    path = urlsplit(first.url).path
    return f"postgresql://{APPLICATION}@127.0.0.1:{first.port},127.0.0.1:{second.port}{path}{query}"


@pytest.fixture
async def db(relay: Relay, others: Relay) -> AsyncIterator[Database]:
    """A pool that knows both ways."""
    database = Database(both(relay, others))
    await database.connect()
    yield database
    await database.disconnect()


async def port_of(url: str) -> int:
    async with dedicated_connection(url, name=NAME) as connection:
        return int(urlsplit(connection.host).port or 0)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u:p@h:1/db?sslmode=require", ["postgresql://u:p@h:1/db?sslmode=require"]),
        ("postgresql:///db?host=/run/pg", ["postgresql:///db?host=/run/pg"]),
        (
            "postgresql://u:p%2C@h1:1,[::1]:2/db",
            [
                "postgresql://u:p%2C@h1:1/db?target_session_attrs=read-write",
                "postgresql://u:p%2C@[::1]:2/db?target_session_attrs=read-write",
            ],
        ),
        (
            "postgresql://u@/db?host=h1,h2&port=1,2&target_session_attrs=any",
            [
                "postgresql://u@/db?host=h1&port=1&target_session_attrs=any",
                "postgresql://u@/db?host=h2&port=2&target_session_attrs=any",
            ],
        ),
        (
            "postgresql://u@/db?host=h1,h2&port=7",
            [
                "postgresql://u@/db?host=h1&port=7&target_session_attrs=read-write",
                "postgresql://u@/db?host=h2&port=7&target_session_attrs=read-write",
            ],
        ),
        (
            "postgresql://u@/db?host=h1:1,h2",
            [
                "postgresql://u@/db?host=h1:1&target_session_attrs=read-write",
                "postgresql://u@/db?host=h2&target_session_attrs=read-write",
            ],
        ),
    ],
)
def test_each_host_gets_a_url_of_its_own(url: str, hosts: list[str]) -> None:
    def parts(one: str) -> tuple[str, str, dict[str, list[str]]]:
        split = urlsplit(one)
        return split.netloc, split.path, parse_qs(split.query)

    assert [parts(one) for one in split_hosts(url)] == [parts(one) for one in hosts]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@/db?host=127.0.0.1,127.0.0.1,127.0.0.1&port=1,2",
        "postgresql://u@127.0.0.1:1,/db",
    ],
)
async def test_each_host_has_a_name_and_a_port(url: str) -> None:
    with pytest.raises(CannotConnectError):
        await port_of(url)


def test_a_preference_is_left_to_the_driver() -> None:
    """It has to see all hosts."""
    url = "postgresql://u@h1,h2/db?target_session_attrs=prefer-standby"
    assert split_hosts(url) == [url]


async def test_a_silent_host_gives_way_to_the_next(relay: Relay, others: Relay) -> None:
    url = both(relay, others)
    assert await port_of(url) == relay.port
    relay.fall_silent()
    async with asyncio.timeout(4):
        assert await port_of(url) == others.port
    # The one that answered is asked first from then on.
    relay.resume()
    assert await port_of(url) == others.port
    await others.close()
    assert await port_of(url) == relay.port


@pytest.mark.own_session
async def test_when_no_host_will_do_the_reason_is_given(relay: Relay, others: Relay) -> None:
    url = both(relay, others, "?options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(UNAVAILABLE):
        await port_of(url)
    nowhere = f"postgresql://u@127.0.0.1:{free_port()},127.0.0.1:{free_port()}/db"
    with pytest.raises(ConnectionRefusedError):
        await port_of(nowhere)


async def test_a_new_primary_ends_the_statements_that_wait_for_the_former(
    relay: Relay, db: Database
) -> None:
    async with db.connection() as connection:
        await connection.fetchval("SELECT 1")
        relay.fall_silent()
        waiting = asyncio.create_task(connection.fetchval("SELECT 1"))
        async with asyncio.timeout(SILENCE_SECONDS - 1):
            while not waiting.done():
                # A task of its own has a connection of its own.
                await asyncio.create_task(db.fetchval("SELECT 2"))
                db.terminate_idle()
                await asyncio.sleep(0.1)
        with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresConnectionError)):
            await waiting


async def test_a_second_host_that_does_as_well_ends_no_statement(
    relay: Relay, db: Database
) -> None:
    """Two poolers, or a moment of slowness."""
    async with db.connection() as connection:
        await connection.fetchval("SELECT 1")
        answer = asyncio.create_task(connection.fetchval("SELECT 1 FROM pg_sleep(1)"))
        relay.refuse()
        assert await asyncio.create_task(db.fetchval("SELECT 2")) == 2
        assert await answer == 1
