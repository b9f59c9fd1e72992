"""The command `account correct`, as an operator runs it."""

from __future__ import annotations

from web.assistance.command import Asked, run_act
from web.assistance.correction.service import correct_to
from web.settings import Settings

REASON = "Carte d’identité vérifiée"


async def correct(settings: Settings, identifier: str, **typed: str) -> int:
    """Correct the fields of one account; return the exit status."""
    return await run_act(settings, Asked(identifier, REASON), correct_to(typed))
