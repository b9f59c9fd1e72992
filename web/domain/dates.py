"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date

_FRENCH = re.compile(r"([0-9]{1,2})\s*[/.\- ]\s*([0-9]{1,2})\s*[/.\- ]\s*([0-9]{4})\Z")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")


class InvalidDate(ValueError):  # noqa: N818
    """Raised for a text that is no day of the calendar."""


def parse_date(text: str) -> date:
    """A French date (15/09/2026, 15.9.2026, 15 09 2026) or an ISO one. Raises InvalidDate."""
    french, iso = _FRENCH.match(text), _ISO.match(text)
    try:
        if french:
            day, month, year = (int(part) for part in french.groups())
            return date(year, month, day)
        if iso:
            return date(*(int(part) for part in iso.groups()))
    except ValueError:
        raise InvalidDate from None
    raise InvalidDate


def typed_date(day: date) -> str:
    """As `parse_date` reads it, and as people write it: 15/09/2026."""
    return f"{day:%d/%m}/{day.year:04}"
