"""Numbers of dossiers: short enough to dictate, and not revealing how many dossiers exist."""

from __future__ import annotations

import re
from datetime import date

from web.core.clock import Randomness

_SHAPE = re.compile(r"D?([0-9]{2})([0-9]{3})([0-9]{3})([0-9]{3})", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-–‑.]+")
_LONGEST_TYPED = 40
# Nine digits: collisions stay rare, however many dossiers a year has.
_NUMBERS = 10**9


def new_number(randomness: Randomness, today: date) -> str:
    """Draw a number such as « D26-104-583-207 »: the year, then nine random digits."""
    digits = f"{int.from_bytes(randomness.bytes(8)) % _NUMBERS:09}"
    return f"D{today.year % 100:02}-{digits[:3]}-{digits[3:6]}-{digits[6:]}"


def parse_number(text: str) -> str | None:
    """Return the canonical form of a typed or dictated number; None if it is not one."""
    if len(text) > _LONGEST_TYPED:
        return None
    found = _SHAPE.fullmatch(_SEPARATORS.sub("", text))
    return f"D{'-'.join(found.groups())}" if found else None
