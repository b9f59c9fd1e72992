"""`credit-hours`."""

from __future__ import annotations

from pathlib import Path

from web.feed.command import Words, credit_from_file
from web.feed.yearly.service import apply_feed
from web.settings import Settings

WORDS = Words("d’heures", "Ces heures étaient déjà enregistrées", "alimentation", "alimentations")


async def credit_hours(settings: Settings, path: Path) -> int:
    """Apply a file of hours worked and print the result; return the exit status."""
    return await credit_from_file(settings, path, apply_feed, WORDS)
