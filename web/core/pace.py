"""How often this process works for one requester: counted in this process.

What it spares is this process's own processor, so this process counts: the database, which the work
itself may not even need, is not asked. What must hold between processes, or for what is done and
not for what it costs, is a `Limit`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil
from time import monotonic

from web.core.requester import requester


class Pace:
    """So many times in so many seconds, for a browser, its address and a network around it."""

    def __init__(
        self,
        *,
        per_browser: int,
        per_address: int,
        per_network: int,
        seconds: int,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._mosts = (per_browser, per_address, per_network)
        self._seconds = seconds
        self._clock = clock
        self._until = 0.0
        self._done: Counter[tuple[str, ...]] = Counter()

    def spend(self) -> int:
        """Count once more for who is being answered; 0, or how many seconds to wait instead.

        A job or a command keeps no pace.
        """
        asked = requester()
        if asked is None:
            return 0
        now = self._clock()
        if now >= self._until:
            self._until = now + self._seconds
            self._done.clear()
        per_browser, per_address, per_network = self._mosts
        mosts: dict[tuple[str, ...], int] = {
            (network.text,): per_network for network in asked.address.wider
        }
        mosts[(asked.address,)] = per_address
        if asked.browser:
            mosts[(asked.address, asked.browser)] = per_browser
        if any(self._done[subject] >= most for subject, most in mosts.items()):
            return ceil(self._until - now)
        self._done.update(mosts.keys())
        return 0
