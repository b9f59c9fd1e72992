"""`import-catalogue`: its outputs and exit status."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from web.catalogue.import_service import Outcome, apply_catalogue
from web.core.cli.file_command import run_on_file
from web.core.cli.progress import FileProgress, counted, tenths
from web.core.text import NBSP
from web.settings import Settings

# The number of database steps once the file is read, for the progress bar.
STEPS = 5
UNDER_WAY = "Un autre import du catalogue est en cours. Rien n’a été appliqué."
EMPTY = "Le fichier ne contient aucune formation. Rien n’a été appliqué."


async def import_catalogue(settings: Settings, path: Path) -> int:
    """Apply the file and print the result; return the exit status."""

    async def apply(file: BinaryIO, reporter: FileProgress) -> Outcome:
        return await apply_catalogue(settings.direct_url, file, reporter)

    return await run_on_file(
        settings.direct_url,
        path,
        apply,
        _summary,
        steps=STEPS,
        already_running=UNDER_WAY,
        empty=EMPTY,
    )


def _summary(outcome: Outcome, seconds: float) -> str:
    read = f"{counted(outcome.codes, 'code')}, {tenths(seconds)}{NBSP}s.\n"
    if not outcome.changed:
        return f"{read}Le catalogue correspond déjà à ce fichier{NBSP}: rien n’a changé.\n"
    certifications = counted(outcome.certifications, "certification")
    return f"{read}Le catalogue est remplacé{NBSP}: {certifications}.\n"
