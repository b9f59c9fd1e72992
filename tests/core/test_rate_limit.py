"""Limits hold under concurrency and do not lock honest people out."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.relay import Relay
from web.core.db.database import Database, DatabaseUnavailableError
from web.core.db.purge import purge_core
from web.core.rate_limit import (
    GIVE_BACK_SECONDS,
    Hit,
    Limit,
    RateLimits,
    TooManyAttemptsError,
)
from web.core.runtime import Runtime

HOUR = 3600
TEN = Limit("ten", 10, HOUR)
MANY = Limit("many", 1000, HOUR)
NIR, OTHER_NIR, ADDRESS = "2850599990001", "2850599990002", "203.0.113.7"


async def attempts(runtime: Runtime, number: int, *counted: tuple[Limit, str]) -> list[bool]:
    """Concurrent attempts; return whether each was allowed."""

    async def one() -> bool:
        try:
            await runtime.limits.hit(*counted)
        except TooManyAttemptsError:
            return False
        return True

    return await asyncio.gather(*(one() for _ in range(number)))


async def hits_kept(runtime: Runtime) -> list[int]:
    """The counters in ascending order."""
    rows = await runtime.db.fetch("SELECT hits FROM rate_limit ORDER BY hits")
    return [row["hits"] for row in rows]


async def test_fifty_parallel_attempts_never_pass_the_limit(runtime: Runtime) -> None:
    """6.3.1: counted before the protected work starts."""
    assert sum(await attempts(runtime, 50, (TEN, NIR))) == 10
    assert sum(await attempts(runtime, 50, (TEN, NIR))) == 0


async def test_refused_attempts_leave_the_counters_as_they_were(runtime: Runtime) -> None:
    """6.3.1: waiting must not consume attempts."""
    await attempts(runtime, 50, (TEN, NIR), (MANY, ADDRESS))

    assert await hits_kept(runtime) == [10, 10]


async def test_subjects_and_limits_are_counted_apart(runtime: Runtime) -> None:
    await attempts(runtime, 10, (TEN, NIR))

    assert await attempts(runtime, 1, (TEN, OTHER_NIR)) == [True]
    assert await attempts(runtime, 1, (Limit("another ten", 10, HOUR), NIR)) == [True]
    assert await attempts(runtime, 1, (TEN, NIR)) == [False]


async def test_one_limit_reached_refuses_whatever_the_others_say(runtime: Runtime) -> None:
    await attempts(runtime, 10, (TEN, NIR))

    assert await attempts(runtime, 1, (MANY, ADDRESS), (TEN, NIR)) == [False]


async def test_attempts_given_back_can_be_used_again(runtime: Runtime) -> None:
    hits: list[Hit] = []
    for _ in range(10):
        hits += await runtime.limits.hit((TEN, NIR), (MANY, ADDRESS))
    for first in range(0, len(hits), 2):
        await runtime.limits.give_back(hits[first : first + 2])

    assert await hits_kept(runtime) == [0, 0]
    assert sum(await attempts(runtime, 50, (TEN, NIR))) == 10


@pytest.mark.parametrize(
    ("error", "kept"), [(DatabaseUnavailableError("full"), 0), (KeyError(), 0), (ValueError(), 1)]
)
async def test_an_act_that_was_not_carried_out_does_not_count(
    runtime: Runtime, error: Exception, kept: int
) -> None:
    with pytest.raises(type(error)):
        async with runtime.limits.counted((TEN, NIR), unless=(KeyError,)):
            raise error

    assert await hits_kept(runtime) == [kept]


async def test_an_act_that_failed_does_not_wait_for_a_database_that_is_silent(
    runtime: Runtime, relay: Relay
) -> None:
    db = Database(relay.url)
    await db.connect()
    limits = RateLimits(db, runtime.hasher)

    async def act() -> None:
        async with limits.counted((TEN, NIR)):
            relay.fall_silent()
            raise DatabaseUnavailableError("silent")

    try:
        async with asyncio.timeout(GIVE_BACK_SECONDS + 3):
            with pytest.raises(DatabaseUnavailableError, match="silent"):
                await act()
    finally:
        await relay.close()
        await db.disconnect()

    assert await hits_kept(runtime) == [1]


async def test_giving_back_twice_never_makes_room_below_zero(runtime: Runtime) -> None:
    given = await runtime.limits.hit((TEN, NIR))
    await runtime.limits.give_back(given)
    await runtime.limits.give_back(given)

    assert await hits_kept(runtime) == [0]
    assert sum(await attempts(runtime, 50, (TEN, NIR))) == 10


async def test_counting_and_giving_back_at_once_never_wait_for_each_other_in_a_circle(
    runtime: Runtime,
) -> None:
    pairs = [((MANY, f"nir {n}"), (MANY, f"address {n}"), (MANY, f"mail {n}")) for n in range(3)]
    mixed = [(pairs[n % 3][0], pairs[(n + 1) % 3][1], pairs[(n + 2) % 3][2]) for n in range(150)]

    async def come_and_go(counted: tuple[tuple[Limit, str], ...]) -> None:
        given = await runtime.limits.hit(*counted)
        await runtime.limits.give_back(given)

    await asyncio.gather(*(come_and_go(counted) for counted in mixed))

    assert set(await hits_kept(runtime)) == {0}


async def test_the_wait_told_is_the_rest_of_the_window_that_opens_last(runtime: Runtime) -> None:
    short, long = Limit("short", 1, HOUR), Limit("long", 1, 2 * HOUR)
    await runtime.limits.hit((short, NIR), (long, NIR))
    rest = await runtime.db.fetchval(
        "SELECT max(extract(epoch FROM window_end - now())) FROM rate_limit"
    )

    with pytest.raises(TooManyAttemptsError) as caught:
        await runtime.limits.hit((short, NIR), (long, NIR))

    assert caught.value.limit == long
    assert 0 < caught.value.retry_after <= rest + 1
    assert rest - caught.value.retry_after < 60


async def test_the_first_attempt_opens_the_window_and_the_next_ones_leave_it(
    runtime: Runtime,
) -> None:
    ends = "SELECT window_end FROM rate_limit"
    first, *others = [hit for _ in range(3) for hit in await runtime.limits.hit((TEN, NIR))]
    assert {hit.window_end for hit in others} == {first.window_end}
    async with runtime.db.connection() as connection:
        assert [row["window_end"] for row in await connection.fetch(ends)] == [first.window_end]
        left = await connection.fetchval("SELECT extract(epoch FROM $1 - now())", first.window_end)
    assert HOUR - 60 < left <= HOUR


async def test_a_hit_of_a_window_that_is_over_is_not_taken_from_the_next(runtime: Runtime) -> None:
    earlier = await runtime.limits.hit((TEN, NIR))
    await runtime.db.execute("UPDATE rate_limit SET window_end = now() - interval '1 second'")
    await runtime.limits.hit((TEN, NIR))
    await runtime.limits.give_back(earlier)
    assert await hits_kept(runtime) == [1]


async def test_a_window_whose_hits_were_all_given_back_is_opened_anew(runtime: Runtime) -> None:
    await runtime.limits.give_back(await runtime.limits.hit((TEN, NIR)))
    await runtime.db.execute("UPDATE rate_limit SET window_end = now() + interval '1 minute'")
    [hit] = await runtime.limits.hit((TEN, NIR))
    left = await runtime.db.fetchval("SELECT extract(epoch FROM $1 - now())", hit.window_end)
    assert left > HOUR - 60
    assert await hits_kept(runtime) == [1]


async def test_the_clearing_never_waits_for_an_attempt(runtime: Runtime) -> None:
    await runtime.limits.hit((TEN, NIR), (MANY, ADDRESS))
    await runtime.db.execute("UPDATE rate_limit SET window_end = now() - interval '1 second'")

    async def clear() -> None:
        async with runtime.db.transaction() as connection:
            await connection.execute("SET LOCAL lock_timeout = '1s'")
            await purge_core(connection)

    async with runtime.db.transaction() as attempt:
        held = "SELECT bucket FROM rate_limit ORDER BY bucket LIMIT 1 FOR UPDATE"
        bucket = await attempt.fetchval(held)
        # A separate task has a connection of its own.
        await asyncio.create_task(clear())
        left = await attempt.fetch("SELECT bucket FROM rate_limit")
    assert [row["bucket"] for row in left] == [bucket]


async def test_a_window_that_is_over_counts_no_more(runtime: Runtime) -> None:
    await attempts(runtime, 11, (TEN, NIR))
    await runtime.db.execute("UPDATE rate_limit SET window_end = now() - interval '1 second'")

    assert sum(await attempts(runtime, 11, (TEN, NIR))) == 10


async def test_the_counters_name_nobody(runtime: Runtime) -> None:
    """11.3: subjects are stored as digests."""
    await runtime.limits.hit((TEN, NIR), (MANY, ADDRESS))
    buckets = await runtime.db.fetch("SELECT bucket FROM rate_limit")

    assert [len(row["bucket"]) for row in buckets] == [32, 32]
    assert not any(text.encode() in row["bucket"] for row in buckets for text in (NIR, ADDRESS))
