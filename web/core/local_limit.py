"""In-process rate limits, which protect this process's CPU.

The work limited may not even need the database, which is therefore not queried. A limit to be
shared between processes, or on what is done rather than on its cost, is a `Limit`
(web.core.rate_limit).
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

    def spend(self) -> int:
        """Count one use by the current requester; return 0, or the seconds to wait when refused.

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
