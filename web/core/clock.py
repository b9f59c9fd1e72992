"""The clock and the source of randomness, injected so that tests control both."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """The time of this machine: for display and short-lived, stateless values only.

    What machines must agree on (links, sessions, limits) follows the database's clock.
    """

    now: Callable[[], datetime] = _utc_now

    def today(self) -> date:
        """Return today's date in Europe/Paris, where the rights are exercised."""
        return self.now().astimezone(PARIS).date()


@dataclass(frozen=True)
class Randomness:
    """Unpredictable bytes."""

    bytes: Callable[[int], bytes] = secrets.token_bytes

    def uuid(self) -> UUID:
        """Return a random UUID: the id of a new row."""
        return UUID(bytes=self.bytes(16), version=4)
