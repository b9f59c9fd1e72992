"""The delays between the attempts to send a mail, and when to give up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

DELAYS = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300, 600, 1800, 3600))
AFTER_UNEXPECTED = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=4)


@dataclass(frozen=True)
class Backoff:
    """The delay after each failed attempt; the last one repeats."""

    delays: tuple[timedelta, ...] = DELAYS
    give_up_after: timedelta = field(default=GIVE_UP_AFTER)
    after_unexpected: timedelta = field(default=AFTER_UNEXPECTED)

    def after(self, attempts: int) -> timedelta:
        """Return the delay before the next attempt, after `attempts` failed ones."""
        return self.delays[min(attempts, len(self.delays)) - 1]
