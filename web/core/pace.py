"""How often something cheap, yet not free, is done for one requester: counted in this process.

What it spares is this process's own processor, so this process counts, and the database is not
asked. What must hold between processes, or for longer than a minute, is a `Limit`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic

from web.core.requester import requester

SECONDS = 60
# The pace of a browser is that of quick typing without a pause, of an address that of a class.
PER_BROWSER, PER_ADDRESS, PER_NETWORK = 120, 600, 2400


class Pace:
    """Counts by the minute, for a browser, its address and the networks around it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until = 0.0
        self._done: Counter[tuple[str, ...]] = Counter()

    def allows(self) -> bool:
        """Whether once more is within the pace, and if so counts it.

        A job or a command keeps no pace.
        """
        asked = requester()
        if asked is None:
            return True
        if self._clock() >= self._until:
            self._until = self._clock() + SECONDS
            self._done.clear()
        mosts: dict[tuple[str, ...], int] = {
            (network.text,): PER_NETWORK for network in asked.address.wider
        }
        mosts[(asked.address,)] = PER_ADDRESS
        if asked.browser:
            mosts[(asked.address, asked.browser)] = PER_BROWSER
        if any(self._done[subject] >= most for subject, most in mosts.items()):
            return False
        self._done.update(mosts.keys())
        return True
