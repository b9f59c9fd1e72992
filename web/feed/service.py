"""The import of a file of hours worked: all or nothing, and idempotent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from web.core.crypto.vault import Hasher
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import (
    BulkConnection,
    EmptyFileError,
    ProgressReporter,
    RefusedFileError,
    bulk_connection,
    try_lock,
)
from web.feed import credit_queries, queries
from web.feed.lines import read_worked
from web.feed.queries import StagedLine
from web.people.identity import nir_digest

# Small enough that a concurrent registration does not wait noticeably for an insertion.
NEWCOMERS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Outcome:
    """The result of a feed: lines and people of its file, lines with changes, movements."""

    lines: int
    people: int
    changes: int
    credits: int
    corrections: int


async def apply_feed(
    database_url: str, hasher: Hasher, file: BinaryIO, today: date, watcher: ProgressReporter
) -> Outcome:
    """Credit the hours of a file; the same file again changes nothing.

    A person's credits depend only on the latest hours fed for each of their years and employers,
    not on the order of the lines or files. Corrections are movements too, also in later years
    where the limits of 120 or 150 hours are then reached at another time. The year of `today` (in
    Paris) is not over and cannot be fed.
    Raises RefusedFileError, EmptyFileError, AlreadyRunningError, DatabaseUnavailableError.
    """
    async with bulk_connection(database_url) as connection:
        await try_lock(connection, AdvisoryLock.CREDIT_HOURS)
        lines = await _stage(connection, hasher, file, today.year - 1, watcher)
        watcher.step("Recherche des personnes")
        people = await queries.count_people(connection)
        await _add_newcomers(connection, watcher)
        return await _apply(connection, watcher, lines, people)


async def _stage(
    connection: BulkConnection,
    hasher: Hasher,
    file: BinaryIO,
    last_year: int,
    watcher: ProgressReporter,
) -> int:
    taken = wrong = 0

    def refuse(line: int, reason: str) -> None:
        nonlocal wrong
        wrong += 1
        watcher.refused(line, reason)

    def rows() -> Iterator[StagedLine]:
        nonlocal taken
        for row in read_worked(file, last_year=last_year, refuse=refuse, seen=watcher.read):
            taken += 1
            yield (row.line, nir_digest(hasher, row.nir), *row[2:])

    await queries.stage(connection, rows())
    watcher.step("Recherche des lignes en double")
    for repeated in await queries.find_repeated(connection):
        refuse(repeated.line, f"même personne, année et employeur que la ligne {repeated.first}")
    if wrong:
        raise RefusedFileError(wrong)
    if not taken:
        raise EmptyFileError
    return taken


async def _add_newcomers(connection: BulkConnection, watcher: ProgressReporter) -> None:
    """Add the people first, in short transactions, so that concurrent registrations do not wait.

    They have no hours until the single transaction of the feed.
    """
    count = await queries.find_newcomers(connection)
    if count:
        watcher.step("Ajout des personnes pas encore inscrites")
    for first in range(1, count + 1, NEWCOMERS_AT_ONCE):
        await queries.add_newcomers(connection, first, first + NEWCOMERS_AT_ONCE - 1)


async def _apply(
    connection: BulkConnection, watcher: ProgressReporter, lines: int, people: int
) -> Outcome:
    async with connection.transaction():
        watcher.step("Enregistrement des heures travaillées")
        changes = await credit_queries.keep_changes(connection)
        watcher.step("Calcul des droits")
        await credit_queries.find_differences(connection)
        watcher.step("Écriture des mouvements")
        await credit_queries.lock_losers(connection)
        corrections = await credit_queries.write_losses_at_once(connection)
        credits, gains = await credit_queries.write_gains(connection)
        corrections += gains + await credit_queries.write_losses(connection)
        watcher.step("Validation")
    return Outcome(lines, people, changes, credits, corrections)
