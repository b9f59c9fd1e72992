"""The declaration asked of those who are 15, or may be."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})\Z")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")


class InvalidDateError(ValueError):
    """The text is no date."""


def parse_signature_date(text: str) -> date:
    """A French date (15/09/2026) or an ISO one. Raises InvalidDateError."""
    french, iso = _DATE.match(text), _ISO.match(text)
    try:
        if french:
            day, month, year = (int(part) for part in french.groups())
            return date(year, month, day)
        if iso:
            return date.fromisoformat(text)
    except ValueError:
        raise InvalidDateError from None
    raise InvalidDateError
