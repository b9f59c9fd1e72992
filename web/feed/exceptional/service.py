"""The import of a file of exceptional credits."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import BinaryIO

from web.core.crypto.vault import Hasher
from web.core.db.bulk import ProgressReporter
from web.core.db.connection import Connection
from web.feed.exceptional import queries
from web.feed.exceptional.lines import read_granted
from web.feed.service import FileKind, Outcome, apply_file

TAKEN = "reference : cette référence est déjà celle du crédit d’une autre personne"


async def apply_credits(
    database_url: str, hasher: Hasher, file: BinaryIO, today: date, watcher: ProgressReporter
) -> Outcome:
    """Grant the hours of a file, as apply_file does.

    The latest line of a reference says all of its credit: its hours become those of the line by a
    correcting movement, down to 0 when the credit is withdrawn. No credit can be granted after
    `today` (in Paris).
    """
    kind = FileKind(
        read=partial(read_granted, today=today),
        stage=queries.stage,
        find_refused=_find_refused,
        step="Enregistrement des crédits",
        keep_changes=queries.keep_changes,
    )
    return await apply_file(database_url, hasher, file, kind, watcher)


async def _find_refused(connection: Connection) -> list[tuple[int, str]]:
    taken = dict.fromkeys(await queries.find_taken(connection), TAKEN)
    repeated = {
        found.line: f"reference : même référence que la ligne {found.first}"
        for found in await queries.find_repeated(connection)
    }
    return sorted((taken | repeated).items())
