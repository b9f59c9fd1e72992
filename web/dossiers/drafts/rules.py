"""Numbers of dossiers: short enough to dictate, and not revealing how many dossiers exist."""

from __future__ import annotations

from datetime import date

from web.core.clock import Randomness

# Nine digits: collisions stay rare, however many dossiers a year has.
_NUMBERS = 10**9


def new_number(randomness: Randomness, today: date) -> str:
    """Draw a number such as « D26-104-583-207 »: the year, then nine random digits."""
    digits = f"{int.from_bytes(randomness.bytes(8)) % _NUMBERS:09}"
    return f"D{today.year % 100:02}-{digits[:3]}-{digits[3:6]}-{digits[6:]}"
