"""The import of a file of the catalogue: all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

from web.catalogue import import_queries as queries
from web.catalogue.lines import CatalogueLine, read_catalogue
from web.catalogue.words import spellings_of
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import (
    BulkConnection,
    EmptyFileError,
    ProgressReporter,
    RefusedFileError,
    bulk_connection,
    try_lock,
)
from web.core.db.connections import UNAVAILABLE

# Part of the file's digest. Change it when the parser changes, so that an unchanged file is
# imported again.
READING = b"1\n"
LAST_STEP = "Remplacement du catalogue"


@dataclass(frozen=True)
class Outcome:
    """The result of an import; `changed` is False when this file was already imported."""

    codes: int
    certifications: int
    changed: bool


@dataclass
class _Reading:
    """The state of reading a file: its digest, its number of valid codes, its words' spellings."""

    file: BinaryIO
    codes: int = 0
    written: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._digest = sha256(READING)

    def readline(self, size: int = -1, /) -> bytes:
        """Read a line of the file, and digest it."""
        line = self.file.readline(size)
        self._digest.update(line)
        return line

    def digest(self) -> bytes:
        """Return the digest of the lines read so far."""
        return self._digest.digest()

    def row(self, line: CatalogueLine) -> tuple[Any, ...]:
        """Return a row: the line, and the words of its title, subject, audience and region."""
        self.codes += 1
        subject = f"{line.sector} {line.level}"
        texts = (line.title, subject, line.audience, line.region)
        return (*line, *(self._words(text) for text in texts))

    def _words(self, text: str) -> str:
        spellings = list(spellings_of(text))
        for word, written in spellings:
            self.written.setdefault(word, written)
        return " ".join(word for word, _ in spellings)


async def apply_catalogue(database_url: str, file: BinaryIO, watcher: ProgressReporter) -> Outcome:
    """Replace the catalogue by a file; the same file again changes nothing.

    A concurrent search sees either the whole earlier version or the whole new one.
    Raises RefusedFileError, EmptyFileError, AlreadyRunningError, DatabaseUnavailableError.
    """
    async with bulk_connection(database_url) as connection:
        await try_lock(connection, AdvisoryLock.IMPORT_CATALOGUE)
        reading = _Reading(file)
        await _stage(connection, reading, watcher)
        if await queries.find_digest(connection) == reading.digest():
            return Outcome(reading.codes, 0, changed=False)
        certifications = await _replace(connection, reading, watcher)
        # The new version is committed by now: losing the connection here does no harm.
        with suppress(*UNAVAILABLE):
            await queries.vacuum_catalogue(connection)
    return Outcome(reading.codes, certifications, changed=True)


async def has_catalogue(database_url: str) -> bool:
    """Return whether a file was ever imported. Raises DatabaseUnavailableError."""
    async with bulk_connection(database_url) as connection:
        return await queries.find_digest(connection) is not None


async def _stage(connection: BulkConnection, reading: _Reading, watcher: ProgressReporter) -> None:
    wrong = 0

    def refuse(line: int, reason: str) -> None:
        nonlocal wrong
        wrong += 1
        watcher.refused(line, reason)

    def rows() -> Iterator[tuple[Any, ...]]:
        yield from map(reading.row, read_catalogue(reading, refuse=refuse, seen=watcher.read))

    await queries.stage(connection, rows())
    watcher.step("Recherche des codes en double")
    for repeated in await queries.find_repeated(connection):
        refuse(repeated.line, f"code_cpf : déjà à la ligne {repeated.first}")
    if wrong:
        raise RefusedFileError(wrong)
    if not reading.codes:
        raise EmptyFileError


async def _replace(connection: BulkConnection, reading: _Reading, watcher: ProgressReporter) -> int:
    async with connection.transaction():
        version = await queries.add_version(connection, reading.digest(), reading.codes)
        watcher.step("Écriture des certifications")
        certifications = await queries.add_certifications(connection, version)
        watcher.step("Écriture des codes")
        await queries.add_codes(connection, version)
        watcher.step("Écriture des mots")
        await queries.add_words(connection, version, reading.written)
        await queries.settle_indexes(connection)
        watcher.step(LAST_STEP)
        await queries.remove_other_versions(connection, version)
    return certifications
