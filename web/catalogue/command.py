"""`import-catalogue`: its outputs and exit status."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from web.catalogue.import_service import Outcome, apply_catalogue
from web.core.file_command import run_on_file
from web.core.progress import NBSP, Telling, counted, tenths
from web.settings import Settings

# How many steps the database takes once the file is read.
STEPS = 5
UNDER_WAY = "Un autre import du catalogue est en cours. Rien n’a été appliqué."
EMPTY = "Le fichier ne contient aucune formation. Rien n’a été appliqué."


async def import_catalogue(settings: Settings, path: Path) -> int:
    """Apply the file and tell; returns the exit status."""

    async def apply(file: BinaryIO, telling: Telling) -> Outcome:
        return await apply_catalogue(settings.database_url, file, telling)

    return await run_on_file(
        settings.database_url, path, apply, _told, steps=STEPS, under_way=UNDER_WAY, empty=EMPTY
    )


def _told(outcome: Outcome, seconds: float) -> str:
    read = f"{counted(outcome.codes, 'code')}, {tenths(seconds)}{NBSP}s.\n"
    if not outcome.changed:
        return f"{read}Le catalogue correspond déjà à ce fichier{NBSP}: rien n’a changé.\n"
    certifications = counted(outcome.certifications, "certification")
    return f"{read}Le catalogue est remplacé{NBSP}: {certifications}.\n"
