"""Applying a file of the catalogue: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from web.catalogue import import_queries as queries
from web.catalogue.formations import SearchResult
from web.catalogue.lines import CatalogueLine, read_catalogue
from web.catalogue.queries import SHOWN, search
from web.catalogue.words import read_query, words_of
from web.core.bulk import (
    BulkConnection,
    RefusedFileError,
    Watcher,
    bulk_connection,
    take_turn,
)
from web.core.db import UNAVAILABLE
from web.core.runtime import Runtime

# Any constant will do, as long as it is this program's own.
TURN = 7_261_041_010
# To raise when the same file must be read otherwise: it is part of a version's digest.
READING = b"catalogue 1\n"
FIRST_STEP = "Recherche des codes en double"
LAST_STEP = "Remplacement du catalogue"


@dataclass(frozen=True)
class Outcome:
    """What an import did; `changed` is False when the catalogue was this file's already."""

    codes: int
    certifications: int
    changed: bool


class EmptyFileError(Exception):
    """The file has no line: it would leave a catalogue of nothing."""


class _Hashed:
    """A file whose digest is made while its lines are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = sha256(READING)

    def readline(self, size: int = -1) -> bytes:
        line = self._file.readline(size)
        self._digest.update(line)
        return line

    def digest(self) -> bytes:
        return self._digest.digest()


async def apply_catalogue(database_url: str, file: BinaryIO, watcher: Watcher) -> Outcome:
    """Replace the catalogue by a file; the same file again changes nothing.

    Who searches meanwhile finds all of the earlier version or all of the new one.
    Raises RefusedFileError, EmptyFileError, UnderWayError, DatabaseUnavailableError.
    """
    async with bulk_connection(database_url) as connection:
        await take_turn(connection, TURN)
        hashed = _Hashed(file)
        codes = await _stage(connection, hashed, watcher)
        if await queries.find_digest(connection) == hashed.digest():
            return Outcome(codes, 0, changed=False)
        certifications = await _replace(connection, watcher, hashed.digest(), codes)
        with suppress(*UNAVAILABLE):
            await queries.tidy(connection)
    return Outcome(codes, certifications, changed=True)


async def has_catalogue(database_url: str) -> bool:
    """Whether a file was ever applied. Raises DatabaseUnavailableError."""
    async with bulk_connection(database_url) as connection:
        return await queries.find_digest(connection) is not None


async def find(runtime: Runtime, text: str) -> SearchResult:
    """Search for what was typed; when that is too short, no connection is even asked for."""
    query = read_query(text)
    if query.is_too_short:
        return SearchResult(query.text, is_too_short=True)
    async with runtime.db.connection() as connection:
        return await search(connection, text, SHOWN)


async def _stage(connection: BulkConnection, file: _Hashed, watcher: Watcher) -> int:
    taken = wrong = 0

    def refuse(line: int, reason: str) -> None:
        nonlocal wrong
        wrong += 1
        watcher.refused(line, reason)

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal taken
        for line in read_catalogue(file, refuse=refuse, seen=watcher.read):
            taken += 1
            yield (*line, *_words(line))

    await queries.stage(connection, rows())
    watcher.step(FIRST_STEP)
    for repeated in await queries.find_repeated(connection):
        refuse(repeated.line, f"code_cpf : déjà à la ligne {repeated.first}")
    if wrong:
        raise RefusedFileError(wrong)
    if not taken:
        raise EmptyFileError
    return taken


def _words(line: CatalogueLine) -> Iterator[str]:
    for text in (line.title, f"{line.sector} {line.level}", line.audience, line.region):
        yield " ".join(words_of(text))


async def _replace(connection: BulkConnection, watcher: Watcher, digest: bytes, codes: int) -> int:
    async with connection.transaction():
        version = await queries.add_version(connection, digest, codes)
        watcher.step("Écriture des certifications")
        certifications = await queries.add_certifications(connection, version)
        watcher.step("Écriture des codes")
        await queries.add_codes(connection, version)
        watcher.step("Écriture des mots")
        await queries.add_words(connection, version)
        await queries.settle_indexes(connection)
        watcher.step(LAST_STEP)
        await queries.remove_other_versions(connection, version)
    return certifications
