"""A dossier's number: short enough to be dictated, and telling nothing of how many there are."""

from __future__ import annotations

import re
from datetime import date

from web.core.clock import Randomness

_SHAPE = re.compile(r"D?([0-9]{2})([0-9]{3})([0-9]{3})([0-9]{3})", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-–‑.]+")
_LONGEST_TYPED = 40
# Nine digits: however many dossiers a year has, two seldom draw the same.
_NUMBERS = 10**9


def new_number(randomness: Randomness, today: date) -> str:
    """« D26-104-583-207 »: the year, then nine digits drawn at random."""
    digits = f"{int.from_bytes(randomness.bytes(8)) % _NUMBERS:09}"
    return f"D{today.year % 100:02}-{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def parse_number(text: str) -> str | None:
    """The number as it is kept, however it was typed or dictated; None for what is no number."""
    if len(text) > _LONGEST_TYPED:
        return None
    found = _SHAPE.fullmatch(_SEPARATORS.sub("", text))
    return f"D{'-'.join(found.groups())}" if found else None
