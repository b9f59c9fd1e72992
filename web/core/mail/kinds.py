"""The kinds of mail, and their rate limits per mailbox.

Limits apply to the mailbox, whoever causes the mail and however the address is spelt: without them,
anyone could use this service to flood an address. Each kind is counted separately, so that
exhausting one cannot suppress another.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Once the daily limit of a kind is reached, mails of that kind are this far apart.
SPACING = timedelta(hours=3)
# Stated on the pages that announce such a mail.
AWAITED_PER_HOUR, AWAITED_PER_DAY = 6, 12
RECEIPTS_PER_HOUR, RECEIPTS_PER_DAY = 2, 5
NOTICES_PER_HOUR, NOTICES_PER_DAY = 5, 12
GROUPING_DELAY = timedelta(minutes=5)


class OverLimit(enum.Enum):
    """The treatment of a mail over the limit."""

    # It is delayed; of those delayed, only the newest is sent.
    WAIT = "wait"
    # One later mail covers all of them.
    GROUP = "group"
    # It is not sent: its content is shown elsewhere too.
    DROP = "drop"


@dataclass(frozen=True)
class MailKind:
    """A kind of mail: at most `per_hour` and `per_day` to one mailbox, then one every SPACING.

    `delay` postpones the first one, so that others can be grouped into it. Use the functions below.
    """

    name: str
    per_hour: int
    per_day: int
    over_limit: OverLimit
    delay: timedelta = timedelta(0)
    # In the queue: mails of a higher priority are sent first.
    priority: int = 0

    def due(self, now: datetime, earlier: Sequence[datetime]) -> datetime:
        """Return when another may be sent.

        `earlier`: due times of the last day and of mails not yet sent, newest first.
        """
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
        """Return whether this kind is limited."""
        return self.per_hour > 0


def awaited(name: str) -> MailKind:
    """Return a kind for a mail that the person awaits: a link that can be requested again."""
    return MailKind(name, AWAITED_PER_HOUR, AWAITED_PER_DAY, OverLimit.WAIT)


def notice(
    name: str, *, per_hour: int = NOTICES_PER_HOUR, per_day: int = NOTICES_PER_DAY
) -> MailKind:
    """Return a kind for a security notice: over the limit it is grouped, never dropped."""
    return MailKind(name, per_hour, per_day, OverLimit.GROUP)


def grouped_notice(name: str) -> MailKind:
    """Return a kind for notices that come in numbers: grouped from the first, one an hour."""
    return MailKind(name, 1, NOTICES_PER_DAY, OverLimit.GROUP, GROUPING_DELAY)


def receipt(name: str) -> MailKind:
    """Return a kind for a receipt of what a page showed, sent to an unconfirmed address."""
    return MailKind(name, RECEIPTS_PER_HOUR, RECEIPTS_PER_DAY, OverLimit.DROP)


def periodic(name: str) -> MailKind:
    """Return a kind for what a space shows too, sent to many at a time, after all other mails."""
    return MailKind(name, NOTICES_PER_HOUR, NOTICES_PER_DAY, OverLimit.DROP, priority=-1)


def internal(name: str) -> MailKind:
    """Return a kind for mail to the service itself, without a limit."""
    return MailKind(name, 0, 0, OverLimit.DROP)
