"""Scarce work, bounded and shared fairly between those who ask for it.

A little runs at once, the rest waits for its turn. Turns go round: from network to network, within
a network from address to address, within an address from browser to browser. Whoever asks for a
hundred has one of them done while each of the others has one done too. What waits is bounded for a
browser, for an address and in all. When all places are taken, whoever has fewer waiting than
another takes the place of the other's newest: the flood is refused, not the one who comes after it.
Within a browser the oldest gives way, whose answer is no longer looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from web.core import metrics
from web.core.lanes import Lane, Waiting
from web.core.requester import requester

T = TypeVar("T")

# A button pressed five times in a row is answered five times, whatever runs at once.
WAITING_PER_BROWSER = 4
# Schools and town halls share one address. Neighbours of a flood there still take turns with it.
WAITING_PER_ADDRESS = 16


class BusyError(Exception):
    """Too much of this work waits already; `retry_after` is in seconds."""

    def __init__(self, work: str, retry_after: int) -> None:
        super().__init__(work)
        self.work = work
        self.retry_after = retry_after


class Turn:
    """The turn of one who waited for it."""

    def __init__(self) -> None:
        self.running: asyncio.Future[Any] | None = None

    async def run(self, executor: Executor, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function in a thread.

        The turn lasts as long as the thread, which cannot be stopped, works on it: a client that
        leaves makes no room for another before that.
        """
        loop = asyncio.get_running_loop()
        self.running = running = loop.run_in_executor(executor, function, *arguments)
        return await asyncio.shield(running)


class FairQueue:
    """At most `at_once` at a time, and `waiting` others; `work` names it in logs and metrics."""

    def __init__(
        self,
        work: str,
        *,
        at_once: int,
        waiting: int,
        retry_after: int,
        refusal: type[BusyError] = BusyError,
    ) -> None:
        self.most_at_once = at_once
        self.most_pending = at_once + waiting
        self._work = work
        self._most_waiting = waiting
        self._retry_after = retry_after
        self._error = refusal
        self._running = 0
        self._queue = Lane()

    @property
    def pending(self) -> int:
        """The number of tasks that run or wait."""
        return self._running + self._queue.waiting

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """Wait for a turn, and have it for the block. Raises BusyError."""
        await self._take()
        turn = Turn()
        try:
            yield turn
        finally:
            if turn.running is None or turn.running.done():
                self._pass_on()
            else:
                turn.running.add_done_callback(self._pass_on_after)

    async def run(self, executor: Executor, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function in a thread, in its turn. Raises BusyError."""
        async with self.turn() as turn:
            return await turn.run(executor, function, *arguments)

    async def _take(self) -> None:
        if self._running < self.most_at_once:
            self._running += 1
            return
        asked = requester()
        lanes = asked.lanes if asked else ()
        self._make_room(lanes)
        one = Waiting(lanes, asyncio.get_running_loop().create_future())
        self._queue.add(one)
        try:
            await one.turn
        except asyncio.CancelledError:
            if one.is_queued:
                self._queue.remove(one)
            elif not one.turn.cancelled() and one.turn.exception() is None:
                self._pass_on()
            raise

    def _make_room(self, lanes: tuple[str, ...]) -> None:
        """Find a place for a newcomer, perhaps another's. Raises BusyError."""
        browser = lanes[-1:]
        address = self._queue.find(lanes[:-1]) if lanes else None
        own = address.find(browser) if address and browser[0] else None
        if own and own.waiting >= WAITING_PER_BROWSER:
            self._give_way(own.oldest())
        elif address and address.waiting >= WAITING_PER_ADDRESS:
            self._give_way(address.newest_of_longest(browser))
        elif self._queue.waiting >= self._most_waiting:
            self._give_way(self._queue.newest_of_longest(lanes))

    def _give_way(self, one: Waiting | None) -> None:
        """Refuse this one, or the newcomer when there is none."""
        if one is None:
            raise self.refusal()
        self._queue.remove(one)
        if not one.turn.done():
            one.turn.set_exception(self.refusal())

    def refusal(self) -> BusyError:
        """The refusal of one who asks for this work, noted."""
        metrics.REFUSED_WORK.labels(self._work).inc()
        return self._error(self._work, self._retry_after)

    def _pass_on_after(self, running: asyncio.Future[Any]) -> None:
        if not running.cancelled():
            running.exception()  # Nobody is left to be told.
        self._pass_on()

    def _pass_on(self) -> None:
        """Give the turn that ends to the next one who waits and has not left."""
        while self._queue.waiting:
            one = self._queue.take_next()
            if not one.turn.done():
                one.turn.set_result(None)
                return
        self._running -= 1
