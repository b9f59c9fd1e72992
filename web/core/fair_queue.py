"""Bounded concurrency for scarce work, shared fairly between requesters.

A few tasks run at once, the others wait. Scheduling is round-robin at each level: between networks,
then between the addresses of a network, then between the browsers of an address, so that a hundred
requests from one browser advance no faster than one request from each of the others. The queue is
bounded per browser, per address and overall. When it is full, a newcomer with fewer tasks waiting
than another requester evicts the newest of that requester: the flood is refused, not those who come
after it. Within a browser the oldest is evicted, since nobody waits for its response.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from web.core.http.requester import requester
from web.core.lanes import Lane, Waiter
from web.core.ops import metrics

T = TypeVar("T")

# Five presses of a button in a row all get a response: one runs, four wait.
WAITING_PER_BROWSER = 4
# Schools and town halls share one address; others there still alternate with a flood.
WAITING_PER_ADDRESS = 16


class BusyError(Exception):
    """Too many tasks are waiting already; `retry_after` is in seconds."""

    def __init__(self, work: str, retry_after: int) -> None:
        super().__init__(work)
        self.work = work
        self.retry_after = retry_after


class Slot:
    """A slot in the queue, held by one task."""

    def __init__(self) -> None:
        self.running: asyncio.Future[Any] | None = None

    async def run(self, executor: Executor, function: Callable[..., T], *arguments: Any) -> T:
        """Run a function in a thread.

        The slot stays taken until the thread, which cannot be stopped, has finished, even when the
        client disconnects.
        """
        loop = asyncio.get_running_loop()
        self.running = running = loop.run_in_executor(executor, function, *arguments)
        return await asyncio.shield(running)


class FairQueue:
    """A queue of at most `at_once` running and `waiting` queued tasks.

    `work` is its name in logs and metrics.
    """

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
        """The number of tasks running or waiting."""
        return self._running + self._queue.waiting

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[Slot]:
        """Wait for a slot, and hold it for the block. Raises BusyError."""
        await self._acquire()
        slot = Slot()
        try:
            yield slot
        finally:
            if slot.running is None or slot.running.done():
                self._release()
            else:
                slot.running.add_done_callback(self._release_after)

    async def _acquire(self) -> None:
        if self._running < self.most_at_once:
            self._running += 1
            return
        current_requester = requester()
        lanes = current_requester.lanes if current_requester else ()
        self._ensure_room(lanes)
        waiter = Waiter(lanes, asyncio.get_running_loop().create_future())
        self._queue.add(waiter)
        try:
            await waiter.slot
        except asyncio.CancelledError:
            if waiter.is_queued:
                self._queue.remove(waiter)
            elif not waiter.slot.cancelled() and waiter.slot.exception() is None:
                self._release()
            raise

    def _ensure_room(self, lanes: tuple[str, ...]) -> None:
        """Make room for a newcomer, evicting another task if needed. Raises BusyError."""
        browser = lanes[-1:]
        address = self._queue.find(lanes[:-1]) if lanes else None
        own = address.find(browser) if address and browser[0] else None
        if own and own.waiting >= WAITING_PER_BROWSER:
            self._evict(own.oldest())
        elif address and address.waiting >= WAITING_PER_ADDRESS:
            self._evict(address.newest_of_longest(browser))
        elif self._queue.waiting >= self._most_waiting:
            self._evict(self._queue.newest_of_longest(lanes))

    def _evict(self, waiter: Waiter | None) -> None:
        """Refuse this waiter; without one, refuse the newcomer by raising BusyError."""
        if waiter is None:
            raise self.refusal()
        self._queue.remove(waiter)
        if not waiter.slot.done():
            waiter.slot.set_exception(self.refusal())

    def refusal(self) -> BusyError:
        """Count a refusal and return its exception."""
        metrics.REFUSED_WORK.labels(self._work).inc()
        return self._error(self._work, self._retry_after)

    def _release_after(self, running: asyncio.Future[Any]) -> None:
        if not running.cancelled():
            running.exception()  # Mark it as retrieved: the client has disconnected.
        self._release()

    def _release(self) -> None:
        """Free the slot, or give it to the next waiter that has not been cancelled."""
        while self._queue.waiting:
            waiter = self._queue.take_next()
            if not waiter.slot.done():
                waiter.slot.set_result(None)
                return
        self._running -= 1
