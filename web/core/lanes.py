"""The nested round-robin queues of the tasks that wait for a slot."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(eq=False)
class Waiter:
    """A waiting task, and the future that is resolved when it gets its slot.

    `lanes` are the names of the nested queues: network, address in it, browser there.
    """

    lanes: Sequence[str]
    slot: asyncio.Future[None]
    is_queued: bool = False


class Lane:
    """The tasks waiting for a network, an address or a browser, in scheduling order."""

    def __init__(self) -> None:
        self.waiting = 0
        self._inner: dict[str, Lane] = {}
        self._own: deque[Waiter] = deque()

    def find(self, lanes: Sequence[str]) -> Lane | None:
        """Return the nested lane of these names, or None if no task waits there."""
        lane: Lane | None = self
        for name in lanes:
            lane = lane._inner.get(name) if lane else None
        return lane

    def add(self, waiter: Waiter, depth: int = 0) -> None:
        """Append a waiter to its own lane."""
        self.waiting += 1
        if depth < len(waiter.lanes):
            self._inner.setdefault(waiter.lanes[depth], Lane()).add(waiter, depth + 1)
        else:
            self._own.append(waiter)
            waiter.is_queued = True

    def remove(self, waiter: Waiter, depth: int = 0) -> None:
        """Remove a waiter, whatever its position."""
        self.waiting -= 1
        if depth == len(waiter.lanes):
            self._own.remove(waiter)
            waiter.is_queued = False
            return
        name = waiter.lanes[depth]
        inner = self._inner[name]
        inner.remove(waiter, depth + 1)
        if not inner.waiting:
            del self._inner[name]

    def take_next(self) -> Waiter:
        """Remove and return the next waiter; each of its lanes then moves behind its siblings."""
        self.waiting -= 1
        if self._own:
            waiter = self._own.popleft()
            waiter.is_queued = False
            return waiter
        name, inner = next(iter(self._inner.items()))
        waiter = inner.take_next()
        del self._inner[name]
        if inner.waiting:
            self._inner[name] = inner
        return waiter

    def oldest(self) -> Waiter:
        """Return the first waiter of a browser's lane."""
        return self._own[0]

    def newest_of_longest(self, newcomer: Sequence[str]) -> Waiter | None:
        """Return the waiter to evict for a newcomer: the newest of the longest lane.

        None when the newcomer's lane, once it has joined, would be no shorter.
        """
        if not newcomer or not self._inner:
            return None
        mine = self._inner.get(newcomer[0])
        # Reversed: among lanes of equal length, the one scheduled last.
        inner = reversed(self._inner.values())
        longest = max(inner, key=lambda lane: (lane.waiting, lane is mine))
        if longest is mine:
            return longest.newest_of_longest(newcomer[1:])
        return longest._newest() if longest.waiting > (mine.waiting if mine else 0) + 1 else None

    def _newest(self) -> Waiter:
        if self._own:
            return self._own[-1]
        return max(reversed(self._inner.values()), key=lambda lane: lane.waiting)._newest()
