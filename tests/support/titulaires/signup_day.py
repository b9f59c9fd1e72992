"""The clock of a web machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass
class Day:
    """The web machine's clock, set before the first page."""

    now: datetime = field(default=datetime.min)

    def set(self, *parts: int) -> None:
        """Year, month, day, and a time in UTC."""
        self.now = datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
