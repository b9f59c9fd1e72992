"""Those who wait for a turn, kept so that turns go round between them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(eq=False)
class Waiting:
    """One who waits: for whom, and the future that says it is their turn.

    `lanes` names who takes turns with whom: a network, an address in it, a browser there.
    """

    lanes: Sequence[str]
    turn: asyncio.Future[None]
    is_queued: bool = False


class Lane:
    """Those who wait in a network, at an address or for a browser, in the order of their turns."""

    def __init__(self) -> None:
        self.waiting = 0
        self._inner: dict[str, Lane] = {}
        self._own: deque[Waiting] = deque()

    def find(self, lanes: Sequence[str]) -> Lane | None:
        """The lane reached by these names, if anyone waits there."""
        lane: Lane | None = self
        for name in lanes:
            lane = lane._inner.get(name) if lane else None
        return lane

    def add(self, one: Waiting, depth: int = 0) -> None:
        """Put one at the end of their own lane."""
        self.waiting += 1
        if depth < len(one.lanes):
            self._inner.setdefault(one.lanes[depth], Lane()).add(one, depth + 1)
        else:
            self._own.append(one)
            one.is_queued = True

    def remove(self, one: Waiting, depth: int = 0) -> None:
        """Take one out, wherever they stand."""
        self.waiting -= 1
        if depth == len(one.lanes):
            self._own.remove(one)
            one.is_queued = False
            return
        name = one.lanes[depth]
        inner = self._inner[name]
        inner.remove(one, depth + 1)
        if not inner.waiting:
            del self._inner[name]

    def take_next(self) -> Waiting:
        """Take out the next one; each lane they stood in then comes last among its neighbours."""
        self.waiting -= 1
        if self._own:
            one = self._own.popleft()
            one.is_queued = False
            return one
        name, inner = next(iter(self._inner.items()))
        one = inner.take_next()
        del self._inner[name]
        if inner.waiting:
            self._inner[name] = inner
        return one

    def oldest(self) -> Waiting:
        """The one who has waited longest, in a lane of one browser."""
        return self._own[0]

    def newest_of_longest(self, newcomer: Sequence[str]) -> Waiting | None:
        """The one to give way to a newcomer: the newest of those with most waiting.

        None when the newcomer, once in, would have no fewer waiting than them.
        """
        if not newcomer or not self._inner:
            return None
        mine = self._inner.get(newcomer[0])
        # Of those as long, the last in turn.
        inner = reversed(self._inner.values())
        longest = max(inner, key=lambda lane: (lane.waiting, lane is mine))
        if longest is mine:
            return longest.newest_of_longest(newcomer[1:])
        return longest._newest() if longest.waiting > (mine.waiting if mine else 0) + 1 else None

    def _newest(self) -> Waiting:
        if self._own:
            return self._own[-1]
        return max(reversed(self._inner.values()), key=lambda lane: lane.waiting)._newest()
