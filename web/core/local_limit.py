"""In-process rate limits, which protect this process's CPU.

They do not query the database, which the limited work may not even need. A limit shared between
processes, or on the number of acts rather than on their cost, is a `Limit` (web.core.rate_limit).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from math import ceil
from time import monotonic

from web.core.http.requester import requester


class LocalLimit:
    """Maximum counts per `seconds`, for a browser, its address and the networks around it."""

    def __init__(
        self,
        *,
        per_browser: int,
        per_address: int,
        per_network: int,
        seconds: int,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._limits = (per_browser, per_address, per_network)
        self._seconds = seconds
        self._clock = clock
        self._until = 0.0
        self._done: Counter[tuple[str, ...]] = Counter()

    def hit(self) -> int:
        """Count one hit by the current requester; return 0, or the seconds to wait when refused.

        Jobs and commands are not limited.
        """
        current = requester()
        if current is None:
            return 0
        now = self._clock()
        if now >= self._until:
            self._until = now + self._seconds
            self._done.clear()
        per_browser, per_address, per_network = self._limits
        limits: dict[tuple[str, ...], int] = {
            (network.text,): per_network for network in current.address.wider
        }
        limits[(current.address,)] = per_address
        if current.browser:
            limits[(current.address, current.browser)] = per_browser
        if any(self._done[subject] >= limit for subject, limit in limits.items()):
            return ceil(self._until - now)
        self._done.update(limits.keys())
        return 0
