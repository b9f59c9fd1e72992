"""The import of a file of hours worked."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import BinaryIO

from web.core.crypto.vault import Hasher
from web.core.db.bulk import ProgressReporter
from web.core.db.connection import Connection
from web.feed.service import FileKind, Outcome, apply_file
from web.feed.yearly import queries
from web.feed.yearly.lines import read_worked


async def apply_feed(
    database_url: str, hasher: Hasher, file: BinaryIO, today: date, watcher: ProgressReporter
) -> Outcome:
    """Credit the hours of a file, as apply_file does.

    A person's credits depend only on the latest hours fed for each of their years and employers,
    not on the order of the lines or files. Corrections are movements too, also in later years
    where the limits of 120 or 150 hours are then reached at another time. The year of `today` (in
    Paris) is not over and cannot be fed.
    """
    kind = FileKind(
        read=partial(read_worked, last_year=today.year - 1),
        stage=queries.stage,
        find_refused=_find_repeated,
        step="Enregistrement des heures travaillées",
        keep_changes=queries.keep_changes,
    )
    return await apply_file(database_url, hasher, file, kind, watcher)


async def _find_repeated(connection: Connection) -> list[tuple[int, str]]:
    return [
        (found.line, f"même personne, année et employeur que la ligne {found.first}")
        for found in await queries.find_repeated(connection)
    ]
