"""`credit-exceptional`."""

from __future__ import annotations

from pathlib import Path

from web.feed.command import Words, credit_from_file
from web.feed.exceptional.service import apply_credits
from web.settings import Settings

WORDS = Words(
    "de crédit",
    "Ces crédits étaient déjà enregistrés",
    "crédit exceptionnel",
    "crédits exceptionnels",
)


async def credit_exceptional(settings: Settings, path: Path) -> int:
    """Apply a file of exceptional credits and print the result; return the exit status."""
    return await credit_from_file(settings, path, apply_credits, WORDS)
