"""`credit-hours`: its outputs and exit status."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from web.core.cli.file_command import run_on_file
from web.core.cli.progress import FileProgress, counted, grouped, tenths
from web.core.clock import Clock
from web.core.crypto.vault import Hasher
from web.core.text import NBSP
from web.feed.service import Outcome, apply_feed
from web.settings import Settings

# The number of database steps once the file is read, newcomers included, for the progress bar.
STEPS = 6
UNDER_WAY = "Une autre alimentation est en cours. Rien n’a été appliqué."
EMPTY = "Le fichier ne contient aucune ligne d’heures. Rien n’a été appliqué."


async def credit_hours(settings: Settings, path: Path) -> int:
    """Apply the file and print the result; return the exit status."""
    hasher = Hasher(settings.secret_key.get_secret_value())

    async def apply(file: BinaryIO, reporter: FileProgress) -> Outcome:
        return await apply_feed(settings.database_url, hasher, file, Clock().today(), reporter)

    return await run_on_file(
        settings.database_url,
        path,
        apply,
        _summary,
        steps=STEPS,
        already_running=UNDER_WAY,
        empty=EMPTY,
    )


def _summary(outcome: Outcome, seconds: float) -> str:
    read = (
        f"{counted(outcome.lines, 'ligne')}, {counted(outcome.people, 'personne')}, "
        f"{tenths(seconds)}{NBSP}s, soit "
        f"{grouped(round(outcome.lines / max(seconds, 0.001)))} lignes par seconde.\n"
    )
    if not outcome.changes:
        return read + f"Ces heures étaient déjà enregistrées{NBSP}: rien n’a changé.\n"
    changes = counted(
        outcome.changes, "ligne nouvelle ou corrigée", "lignes nouvelles ou corrigées"
    )
    credits = counted(outcome.credits, "alimentation")
    return f"{read}{changes}, {credits}, {counted(outcome.corrections, 'correction')}.\n"
