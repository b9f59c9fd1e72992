"""The import of a file of credits: all or nothing, and idempotent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from web.core.cli.lines import LineCallback, Refuse
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
from web.core.db.connection import Connection
from web.feed import ledger_queries, queries
from web.hours.credit_notice_queries import add_credit_notices
from web.people.identity import nir_digest

# Small enough that a concurrent registration does not wait noticeably for an insertion.
NEWCOMERS_AT_ONCE = 20_000


class ReadLines(Protocol):
    """A parser: it yields the valid lines, whose first fields are their number and the NIR."""

    def __call__(
        self, file: BinaryIO, *, refuse: Refuse, seen: LineCallback
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the valid lines, as read_lines does."""


@dataclass(frozen=True)
class FileKind:
    """The parts that depend on the kind of file.

    `stage` copies its lines to `feed_line`, with the digest in the place of the NIR. `find_refused`
    returns the number and the reason of the staged lines that cannot be applied. `keep_changes`,
    which `step` names in the progress report, stores the lines that are new or corrected, leaves
    them in `feed_change`, and returns their number.
    """

    read: ReadLines
    stage: Callable[[BulkConnection, Iterable[tuple[Any, ...]]], Awaitable[None]]
    find_refused: Callable[[Connection], Awaitable[list[tuple[int, str]]]]
    step: str
    keep_changes: Callable[[Connection], Awaitable[int]]


@dataclass(frozen=True)
class Outcome:
    """The result of a file: its lines and people, lines with changes, and movements.

    `kept`: the hours to take back that are in use; a later file takes them once they are free.
    """

    lines: int
    people: int
    changes: int
    credits: int
    corrections: int
    kept: int


async def apply_file(
    database_url: str, hasher: Hasher, file: BinaryIO, kind: FileKind, watcher: ProgressReporter
) -> Outcome:
    """Credit the hours of a file; the same file again changes nothing.

    One lock serves all kinds of file, since each computes all the differences of its people.
    Raises RefusedFileError, EmptyFileError, AlreadyRunningError, DatabaseUnavailableError.
    """
    async with bulk_connection(database_url) as connection:
        await try_lock(connection, AdvisoryLock.CREDIT_HOURS)
        lines = await _stage(connection, hasher, file, kind, watcher)
        watcher.step("Recherche des personnes")
        people = await queries.count_people(connection)
        await _add_newcomers(connection, watcher)
        return await _apply(connection, kind, watcher, lines, people)


async def _stage(
    connection: BulkConnection,
    hasher: Hasher,
    file: BinaryIO,
    kind: FileKind,
    watcher: ProgressReporter,
) -> int:
    taken = wrong = 0

    def refuse(line: int, reason: str) -> None:
        nonlocal wrong
        wrong += 1
        watcher.refused(line, reason)

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal taken
        for number, nir, *others in kind.read(file, refuse=refuse, seen=watcher.read):
            taken += 1
            yield (number, nir_digest(hasher, nir), *others)

    await kind.stage(connection, rows())
    watcher.step("Recherche des lignes en double")
    for line, reason in await kind.find_refused(connection):
        refuse(line, reason)
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
    connection: BulkConnection, kind: FileKind, watcher: ProgressReporter, lines: int, people: int
) -> Outcome:
    async with connection.transaction():
        watcher.step(kind.step)
        changes = await kind.keep_changes(connection)
        watcher.step("Calcul des droits")
        await ledger_queries.find_differences(connection)
        watcher.step("Écriture des mouvements")
        await ledger_queries.lock_losers(connection)
        corrections = await ledger_queries.write_losses_at_once(connection)
        credits, gains = await ledger_queries.write_gains(connection)
        losses, kept = await ledger_queries.write_losses(connection)
        await add_credit_notices(connection)
        watcher.step("Validation")
    return Outcome(lines, people, changes, credits, corrections + gains + losses, kept)
