"""The commands that credit hours from a file: their outputs and exit statuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from web.core.cli.file_command import run_on_file
from web.core.cli.progress import FileProgress, counted, grouped, tenths
from web.core.clock import Clock
from web.core.crypto.vault import Hasher
from web.core.db.bulk import ProgressReporter
from web.core.text import NBSP
from web.feed.service import Outcome
from web.settings import Settings

Apply = Callable[[str, Hasher, BinaryIO, date, ProgressReporter], Awaitable[Outcome]]

# The number of database steps once the file is read, newcomers included, for the progress bar.
STEPS = 6
UNDER_WAY = "Une autre alimentation est en cours. Rien n’a été appliqué."


@dataclass(frozen=True)
class Words:
    """The words of a command.

    `contents` of its files, the sentence when all are `known`, and one or more first movements.
    """

    contents: str
    known: str
    credit: str
    credits: str


async def credit_from_file(settings: Settings, path: Path, apply: Apply, words: Words) -> int:
    """Apply the file and print the result; return the exit status."""
    hasher = Hasher(settings.secret_key.get_secret_value())

    async def apply_today(file: BinaryIO, reporter: FileProgress) -> Outcome:
        return await apply(settings.direct_url, hasher, file, Clock().today(), reporter)

    return await run_on_file(
        settings.direct_url,
        path,
        apply_today,
        lambda outcome, seconds: _summary(outcome, seconds, words),
        steps=STEPS,
        already_running=UNDER_WAY,
        empty=f"Le fichier ne contient aucune ligne {words.contents}. Rien n’a été appliqué.",
    )


def _summary(outcome: Outcome, seconds: float, words: Words) -> str:
    read = (
        f"{counted(outcome.lines, 'ligne')}, {counted(outcome.people, 'personne')}, "
        f"{tenths(seconds)}{NBSP}s, soit "
        f"{grouped(round(outcome.lines / max(seconds, 0.001)))} lignes par seconde.\n"
    )
    if not outcome.changes:
        return read + f"{words.known}{NBSP}: rien n’a changé.\n"
    changes = counted(
        outcome.changes, "ligne nouvelle ou corrigée", "lignes nouvelles ou corrigées"
    )
    credits = counted(outcome.credits, words.credit, words.credits)
    done = f"{read}{changes}, {credits}, {counted(outcome.corrections, 'correction')}.\n"
    return done + (_kept(outcome.kept) if outcome.kept else "")


def _kept(hours: int) -> str:
    return (
        f"Des dossiers réservent ou ont utilisé des heures à retirer ({grouped(hours)}{NBSP}h)"
        f"{NBSP}: elles le seront par un prochain fichier sur les mêmes personnes, si elles sont "
        "alors libres.\n"
    )
