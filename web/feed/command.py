"""`credit-hours FILE`: what it says and how it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from web.core.bulk import bulk_connection
from web.core.clock import Clock
from web.core.crypto import Hasher
from web.core.db import DatabaseUnavailableError
from web.core.migrations import current_revision, newest_revision
from web.feed.progress import Telling, grouped
from web.feed.service import FeedUnderWayError, Outcome, RefusedFileError, apply_feed
from web.filters import NBSP
from web.settings import Settings

UNDER_WAY = "Une autre alimentation est en cours. Rien n’a été appliqué."
UNREACHABLE = "La base de données ne répond pas (DATABASE_URL). Rien n’a été appliqué."


async def credit_hours(settings: Settings, path: Path) -> int:
    """Apply the file and tell; returns the exit status."""
    hasher = Hasher(settings.secret_key.get_secret_value())
    try:
        problem = await _schema_problem(settings.database_url)
        if problem is None:
            with path.open("rb") as file, Telling(os.fstat(file.fileno()).st_size) as telling:
                outcome = await apply_feed(
                    settings.database_url, hasher, file, Clock().today(), telling
                )
            sys.stdout.write(_told(outcome, telling.seconds))
            return 0
    except RefusedFileError as error:
        problem = (
            f"{_count(error.count, 'ligne refusée', 'lignes refusées')}. Rien n’a été appliqué."
        )
    except FeedUnderWayError:
        problem = UNDER_WAY
    except DatabaseUnavailableError:
        problem = UNREACHABLE
    sys.stderr.write(f"{problem}\n")
    return 1


async def _schema_problem(database_url: str) -> str | None:
    async with bulk_connection(database_url) as connection:
        revision = await current_revision(connection)
    if revision == newest_revision():
        return None
    return f"La base est à la révision {revision}{NBSP}: lancez `python -m web migrate`."


def _told(outcome: Outcome, seconds: float) -> str:
    read = (
        f"{_count(outcome.lines, 'ligne')}, {_count(outcome.people, 'personne')}, "
        f"{seconds:.1f}{NBSP}s, {grouped(round(outcome.lines / max(seconds, 0.001)))} lignes/s.\n"
    )
    if not outcome.changes:
        return read + f"Ces heures étaient déjà enregistrées{NBSP}: rien n’a changé.\n"
    changes = _count(outcome.changes, "ligne nouvelle ou corrigée", "lignes nouvelles ou corrigées")
    credits = _count(outcome.credits, "alimentation")
    return f"{read}{changes}, {credits}, {_count(outcome.corrections, 'correction')}.\n"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{grouped(number)} {one if number < 2 else many or one + 's'}"
