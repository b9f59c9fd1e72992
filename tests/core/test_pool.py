"""Work in the threads of a pool: one that leaves or fails passes its turn on in time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from tests.support.event_loop import settle
from web.core.pool import Pool


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    """A pool of one thread."""
    pool = Pool(
        "bench", threads=1, waiting=5, retry_after=1, thread_name="bench", initializer=object
    )
    yield pool
    pool.close()


async def test_a_client_that_leaves_makes_no_room_before_its_thread_is_free(pool: Pool) -> None:
    """15.2.2: disconnecting and reconnecting does not increase a client's share."""
    goes_on, begun = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        assert goes_on.wait(10)

    first = asyncio.create_task(pool.run(work))
    await begun.wait()
    second = asyncio.create_task(pool.run(int))
    await settle()
    first.cancel()
    await settle()
    assert first.cancelled()
    assert not second.done()
    assert pool.pending == 2
    goes_on.set()
    assert await second == 0
    assert pool.pending == 0


async def test_work_that_fails_passes_its_turn_on(pool: Pool) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await pool.run(int, "x")
    assert await pool.run(int, "1") == 1
    assert pool.pending == 0
