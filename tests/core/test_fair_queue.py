"""The fair queue: bounded, round-robin, and a flood only delays itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.core.requesters import as_requester
from tests.support.event_loop import settle
from web.core.fair_queue import WAITING_PER_ADDRESS, WAITING_PER_BROWSER, BusyError, FairQueue
from web.core.ops import metrics

FLOOD, HONEST, NEIGHBOUR = "198.51.100.9", "203.0.113.7", "198.51.100.10"


class Bench:
    """Jobs that run until released, and the order in which they began."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.begun: list[str] = []
        self._end = asyncio.Semaphore(0)

    def ask(self, name: str, address: str, browser: str = "") -> asyncio.Task[None]:
        """Submit a job; after `settle()`, it is queued or refused."""
        with as_requester(address, browser):
            return asyncio.create_task(self._work(name))

    async def end(self, number: int = 1) -> None:
        """Finish this many jobs, one after the other."""
        for _ in range(number):
            self._end.release()
            await settle()

    async def _work(self, name: str) -> None:
        async with self.queue.slot():
            self.begun.append(name)
            await self._end.acquire()


def made(at_once: int = 1, waiting: int = 64) -> Bench:
    return Bench(FairQueue("bench", at_once=at_once, waiting=waiting, retry_after=3))


def refused(tasks: list[asyncio.Task[None]]) -> int:
    return sum(task.done() and isinstance(task.exception(), BusyError) for task in tasks)


async def test_so_many_run_at_once_and_the_others_in_their_turn() -> None:
    bench = made(at_once=3)
    tasks = [bench.ask(str(n), f"198.51.{n}.1") for n in range(6)]
    await settle()
    assert bench.begun == ["0", "1", "2"]
    assert bench.queue.pending == 6
    await bench.end(6)
    assert bench.begun == [str(n) for n in range(6)]
    assert bench.queue.pending == 0
    await asyncio.gather(*tasks)


async def test_turns_go_round_between_those_who_wait() -> None:
    """15.2.2: with first come, first served, a flood would win."""
    bench = made()
    tasks = [bench.ask("flood", FLOOD, f"browser {n}") for n in range(10)]
    await settle()
    tasks += [bench.ask(f"honest {n}", f"203.0.{n}.7") for n in range(3)]
    await settle()
    await bench.end(7)
    assert bench.begun[1:8] == [
        "flood", "honest 0", "honest 1", "honest 2", "flood", "flood", "flood"
    ]  # fmt: skip
    await bench.end(6)
    await asyncio.gather(*tasks)


@pytest.mark.parametrize(
    ("first", "second"),
    [("198.51.100.", "203.0.113.7"), ("2001:db8:1:2", "2001:db8:2::1")],
)
async def test_a_whole_network_is_one_among_the_others(first: str, second: str) -> None:
    """15.2.2: changing address within one network gains no extra slot."""
    bench = made()
    flood = [f"{first}{n}" if ":" not in first else f"{first}{n:02x}::1" for n in range(20)]
    tasks = [bench.ask("flood", address) for address in flood]
    await settle()
    tasks += [bench.ask("honest", second) for _ in range(2)]
    await settle()
    await bench.end(4)
    assert bench.begun == ["flood", "flood", "honest", "flood", "honest"]
    await bench.end(18)
    await asyncio.gather(*tasks)


async def test_within_an_address_browsers_take_turns() -> None:
    bench = made()
    for _ in range(1 + WAITING_PER_BROWSER):
        bench.ask("flood", FLOOD, "one")
    for _ in range(6):
        bench.ask("nameless", FLOOD)
    await settle()
    bench.ask("other", FLOOD, "two")
    await settle()
    await bench.end(3)
    assert bench.begun == ["flood", "flood", "nameless", "other"]
    await bench.end(bench.queue.pending)


async def test_a_browser_and_an_address_have_a_few_waiting() -> None:
    bench = made()
    one = [bench.ask("x", FLOOD, "one") for _ in range(60)]
    await settle()
    assert refused(one) == 60 - 1 - WAITING_PER_BROWSER
    many = [bench.ask("x", FLOOD, f"browser {n}") for n in range(60)]
    await settle()
    assert bench.queue.pending == 1 + WAITING_PER_ADDRESS
    assert refused(many) + refused(one) == 120 - bench.queue.pending
    nameless = [bench.ask("x", NEIGHBOUR) for _ in range(60)]
    await settle()
    assert refused(nameless) == 60 - WAITING_PER_ADDRESS
    await bench.end(bench.queue.pending)


async def test_of_a_browser_s_own_the_oldest_gives_way() -> None:
    """A person who presses again waits for the last answer, not the first."""
    bench = made()
    presses = [bench.ask(str(n), FLOOD, "one") for n in range(2 + WAITING_PER_BROWSER)]
    await settle()
    assert refused(presses[1:2]) == refused(presses) == 1
    await bench.end(1 + WAITING_PER_BROWSER)
    assert bench.begun[-1] == str(1 + WAITING_PER_BROWSER)


async def test_when_all_places_are_taken_the_flood_gives_way() -> None:
    """15.2.2: a newcomer is served."""
    bench = made(waiting=12)
    flood = [bench.ask("flood", FLOOD, f"browser {n}") for n in range(13)]
    await settle()
    assert refused(flood) == 0
    others = [bench.ask("honest", f"203.0.{n}.7") for n in range(3)]
    await settle()
    assert (refused(flood), refused(others)) == (3, 0)
    assert [task.done() for task in flood] == [False] * 10 + [True] * 3
    more = [bench.ask("flood", FLOOD, "late")]
    await settle()
    assert refused(more) == 1
    await bench.end(13)
    assert bench.begun.count("honest") == 3


async def test_within_a_full_address_the_one_with_most_waiting_gives_way() -> None:
    bench = made()
    bench.ask("running", HONEST)
    nameless = [bench.ask("flood", FLOOD) for _ in range(WAITING_PER_ADDRESS)]
    await settle()
    neighbour = bench.ask("neighbour", FLOOD, "known")
    await settle()
    assert refused(nameless) == 1
    assert not neighbour.done()
    await bench.end(1 + WAITING_PER_ADDRESS)
    assert neighbour.done()


async def test_a_full_queue_refuses_the_newcomer_when_nobody_has_more_waiting() -> None:
    bench = made(waiting=4)
    tasks = [bench.ask(str(n), f"198.51.{n}.1") for n in range(5)]
    await settle()
    late = bench.ask("late", "203.0.113.7")
    await settle()
    assert refused([late]) == 1
    assert refused(tasks) == 0
    await bench.end(5)


async def test_a_refusal_says_when_to_come_back_and_is_counted() -> None:
    bench = made(waiting=0)
    task = bench.ask("x", FLOOD)
    await settle()
    before = metrics.REFUSED_WORK.labels("bench")._value.get()
    with as_requester(HONEST), pytest.raises(BusyError) as caught:
        async with bench.queue.slot():
            pass
    assert (caught.value.work, caught.value.retry_after) == ("bench", 3)
    assert metrics.REFUSED_WORK.labels("bench")._value.get() == before + 1
    await bench.end()
    await task


async def test_jobs_and_commands_wait_like_anyone() -> None:
    bench = made(waiting=2)
    tasks = [asyncio.create_task(bench._work(str(n))) for n in range(4)]
    await settle()
    assert refused(tasks) == 1
    await bench.end(3)


async def leaves_waiting(bench: Bench, tasks: list[asyncio.Task[None]]) -> None:
    tasks[1].cancel()
    await settle()
    await bench.end(2)


async def leaves_as_the_turn_comes(bench: Bench, tasks: list[asyncio.Task[None]]) -> None:
    bench._end.release()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks[1].cancel()
    await settle()
    await bench.end(2)


async def leaves_just_before(bench: Bench, tasks: list[asyncio.Task[None]]) -> None:
    tasks[1].cancel()
    await bench.end(3)


@pytest.mark.parametrize("leave", [leaves_waiting, leaves_as_the_turn_comes, leaves_just_before])
async def test_a_cancelled_request_takes_no_turn(
    leave: Callable[[Bench, list[asyncio.Task[None]]], Awaitable[None]],
) -> None:
    bench = made()
    tasks = [bench.ask(str(n), f"198.51.{n}.1") for n in range(3)]
    await settle()
    await leave(bench, tasks)
    assert bench.queue.pending == 0
    assert tasks[1].cancelled()
    assert tasks[2].done()
    await bench.queue.slot().__aenter__()
    assert bench.queue.pending == 1
