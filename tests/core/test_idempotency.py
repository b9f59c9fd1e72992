"""A request takes effect once, however many copies arrive, even at the same time."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.rows import run, until_someone_waits
from web.core.db import Connection
from web.core.idempotency import claim
from web.core.runtime import Runtime

DIGEST, OTHER_DIGEST = b"d" * 32, b"e" * 32


class EffectFailedError(Exception):
    """Raised by a test inside the effect's transaction."""


async def effects(runtime: Runtime) -> int:
    async with runtime.db.connection() as connection:
        number: int = await connection.fetchval("SELECT count(*) FROM effect")
        return number


@pytest.fixture
async def prepared(runtime: Runtime) -> Runtime:
    """A table that records each effect."""
    await run(runtime, "CREATE TABLE effect (number int)")
    await run(runtime, "GRANT ALL ON effect TO PUBLIC")
    return runtime


async def act(connection: Connection, digest: bytes, outcome: str) -> str | None:
    """Claim the request, then apply its effect."""
    earlier = await claim(connection, digest, outcome)
    if earlier is None:
        await connection.execute("INSERT INTO effect VALUES (1)")
    return earlier


async def send(runtime: Runtime, digest: bytes = DIGEST, outcome: str = "/done") -> str | None:
    async with runtime.db.transaction() as connection:
        return await act(connection, digest, outcome)


async def test_five_copies_at_once_have_one_effect_and_one_outcome(prepared: Runtime) -> None:
    """I5: each copy gets the outcome of the first."""
    for batch in range(20):
        digest = bytes([batch]) * 32
        answers = await asyncio.gather(*(send(prepared, digest, f"/{n}") for n in range(5)))
        assert answers.count(None) == 1
        first = f"/{answers.index(None)}"
        assert set(answers) == {None, first}

    assert await effects(prepared) == 20


async def test_a_copy_waits_for_the_first_one_to_be_over(prepared: Runtime) -> None:
    """I5: not before its effect is visible."""
    claimed, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> str | None:
        async with prepared.db.transaction() as connection:
            answer = await act(connection, DIGEST, "/first")
            claimed.set()
            await go_on.wait()
            return answer

    running = asyncio.create_task(first())
    await claimed.wait()
    copy = asyncio.create_task(send(prepared, outcome="/copy"))
    await until_someone_waits(prepared)
    assert not copy.done()
    go_on.set()

    assert await running is None
    assert await copy == "/first"
    assert await effects(prepared) == 1


async def test_an_effect_that_failed_leaves_its_place_to_the_next_copy(prepared: Runtime) -> None:
    """I5, 2.3.3: the claim and the effect commit together or not at all."""

    async def fail() -> None:
        async with prepared.db.transaction() as connection:
            await act(connection, DIGEST, "/failed")
            raise EffectFailedError

    with pytest.raises(EffectFailedError):
        await fail()

    assert await send(prepared) is None
    assert await send(prepared) == "/done"
    assert await effects(prepared) == 1


async def test_another_request_is_another_effect(prepared: Runtime) -> None:
    assert await send(prepared) is None
    assert await send(prepared, OTHER_DIGEST) is None
    assert await effects(prepared) == 2
