"""A request takes effect once, however many copies arrive, even at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import run, until_someone_waits
from web.core.db.command import AlreadyDoneError, Answer
from web.core.db.connection import Connection
from web.core.runtime import Runtime

DIGEST, OTHER_DIGEST = b"d" * 32, b"e" * 32


class EffectFailedError(Exception):
    """Raised by a test inside the effect's transaction."""


async def effects(runtime: Runtime) -> int:
    number: int = await runtime.db.fetchval("SELECT count(*) FROM effect")
    return number


@pytest.fixture
async def prepared(runtime: Runtime) -> Runtime:
    """A table that records each effect."""
    await run(runtime, "CREATE TABLE effect (number int)")
    await run(runtime, "GRANT ALL ON effect TO PUBLIC")
    return runtime


async def act(connection: Connection) -> None:
    await connection.execute("INSERT INTO effect VALUES (1)")


async def send(runtime: Runtime, digest: bytes = DIGEST, url: str = "/done") -> str | None:
    """Carry the command out; return the URL of the first copy's answer if this is a late one."""
    try:
        async with runtime.db.once(new_command(url, digest)) as connection:
            await act(connection)
    except AlreadyDoneError as error:
        return error.answer.url
    return None


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

    async def first() -> None:
        async with prepared.db.once(new_command("/first", DIGEST)) as connection:
            await act(connection)
            claimed.set()
            await go_on.wait()

    running = asyncio.create_task(first())
    await claimed.wait()
    copy = asyncio.create_task(send(prepared, url="/copy"))
    await until_someone_waits(prepared)
    assert not copy.done()
    go_on.set()

    await running
    assert await copy == "/first"
    assert await effects(prepared) == 1


async def test_an_effect_that_failed_leaves_its_place_to_the_next_copy(prepared: Runtime) -> None:
    """I5, 2.3.3: the claim and the effect commit together or not at all."""

    async def fail() -> None:
        async with prepared.db.once(new_command("/failed", DIGEST)) as connection:
            await act(connection)
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


async def test_a_late_copy_gets_the_whole_answer(prepared: Runtime) -> None:
    """The notice and the new token too, not only the redirect."""
    answer = Answer("/done", "notice", rotates=True)
    first = replace(new_command(digest=DIGEST), answer=answer)
    async with prepared.db.once(first) as connection:
        await act(connection)

    with pytest.raises(AlreadyDoneError) as caught:
        async with prepared.db.once(new_command("/other", DIGEST)):
            pass
    assert caught.value.answer == answer
