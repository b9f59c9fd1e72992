"""Kinds of mail, and how many of each one mailbox gets.

The limits are the mailbox's, whoever asks and however the address is spelt: without them, anyone
who can make this service write to an address can flood it. Each kind is counted apart, so that
nobody can silence one kind by using up another.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Once a mailbox has had a day's mails of one kind, the next one leaves this long after the last.
SPACING = timedelta(hours=3)
# Said on the pages that promise such a mail.
AWAITED_PER_HOUR, AWAITED_PER_DAY = 6, 12
RECEIPTS_PER_HOUR, RECEIPTS_PER_DAY = 2, 5
NOTICES_PER_HOUR, NOTICES_PER_DAY = 5, 12
GROUPING_DELAY = timedelta(minutes=5)


class Beyond(enum.Enum):
    """What becomes of a mail beyond the limit."""

    # It leaves later; only the newest of those that wait does.
    WAIT = "wait"
    # One mail, later, tells of all of them.
    GROUP = "group"
    # It is not sent: what it says is also shown elsewhere.
    DROP = "drop"


@dataclass(frozen=True)
class MailKind:
    """A kind of mail: `per_hour` and `per_day` to one mailbox, then one every SPACING.

    `delay` puts the first one off, for others to join it. Use the functions below.
    """

    name: str
    per_hour: int
    per_day: int
    beyond: Beyond
    delay: timedelta = timedelta(0)

    def due(self, now: datetime, earlier: Sequence[datetime]) -> datetime:
        """When one more may leave; `earlier` are the last day's and those to come, newest first."""
        due = now + self.delay
        if not self.per_hour:
            return due
        lately = [moment for moment in earlier if moment > now - HOUR]
        if len(lately) >= self.per_hour:
            due = max(due, lately[self.per_hour - 1] + HOUR)
        if len(earlier) >= self.per_day:
            due = max(due, earlier[0] + SPACING)
        return due

    @property
    def is_counted(self) -> bool:
        """Return whether there is a limit at all."""
        return self.per_hour > 0


def awaited(name: str) -> MailKind:
    """A mail that someone waits for: its link, which they may ask for again."""
    return MailKind(name, AWAITED_PER_HOUR, AWAITED_PER_DAY, Beyond.WAIT)


def notice(
    name: str, *, per_hour: int = NOTICES_PER_HOUR, per_day: int = NOTICES_PER_DAY
) -> MailKind:
    """A mail that protects or informs: repeated, it is grouped, never dropped."""
    return MailKind(name, per_hour, per_day, Beyond.GROUP)


def grouped_notice(name: str) -> MailKind:
    """The same of what comes in numbers: one mail tells of all, one an hour."""
    return MailKind(name, 1, NOTICES_PER_DAY, Beyond.GROUP, GROUPING_DELAY)


def receipt(name: str) -> MailKind:
    """A mail that says again what a page said, to an address that may be anyone's."""
    return MailKind(name, RECEIPTS_PER_HOUR, RECEIPTS_PER_DAY, Beyond.DROP)


def internal(name: str) -> MailKind:
    """A mail to the service itself: all of them are sent."""
    return MailKind(name, 0, 0, Beyond.DROP)
