"""Queries that turn the lines of a file into a version of the catalogue.

Set operations, except for the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.catalogue.words import split_trigrams
from web.core.db.bulk import BulkConnection, affected_rows
from web.core.db.connection import Connection

STAGED = (
    "line",
    "code_cpf",
    "title",
    "rncp",
    "level",
    "sector",
    "audience",
    "region",
    "valid_from",
    "valid_until",
    "title_words",
    "subject_words",
    "audience_words",
    "region_words",
)
WORDS = ("version_id", "word", "written", "scope", "pieces")


@dataclass(frozen=True)
class Repeated:
    """A line that repeats the code of an earlier one."""

    line: int
    first: int


async def stage(connection: BulkConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Copy the file's lines into a temporary table, as they are read."""
    await connection.execute(
        """
        CREATE TEMP TABLE catalogue_line (
            line integer, code_cpf text, title text, rncp text, level text, sector text,
            audience text, region text, valid_from date, valid_until date,
            title_words text, subject_words text, audience_words text, region_words text
        )
        """
    )
    await connection.copy_records_to_table("catalogue_line", records=rows, columns=STAGED)
    await connection.execute("ANALYZE catalogue_line")


async def find_repeated(connection: Connection) -> list[Repeated]:
    """Return the lines that repeat an earlier code, in the file's order."""
    rows = await connection.fetch(
        """
        SELECT line, first FROM (
            SELECT line, min(line) OVER (PARTITION BY code_cpf) AS first FROM catalogue_line
        ) AS numbered WHERE line > first ORDER BY line
        """
    )
    return [Repeated(**row) for row in rows]


async def find_digest(connection: Connection) -> bytes | None:
    """Return the digest of the catalogue's source file; None when there is no catalogue."""
    digest: bytes | None = await connection.fetchval(
        "SELECT file_digest FROM catalogue_version ORDER BY id DESC LIMIT 1"
    )
    return digest


async def add_version(connection: Connection, digest: bytes, codes: int) -> int:
    """Insert a version, current once committed; return its id."""
    await connection.execute("SET LOCAL gin_pending_list_limit = '64MB'")
    version: int = await connection.fetchval(
        "INSERT INTO catalogue_version (file_digest, codes) VALUES ($1, $2) RETURNING id",
        digest,
        codes,
    )
    return version


async def add_certifications(connection: Connection, version: int) -> int:
    """Group the lines into certifications; return their number.

    Words of the title weigh most, then those of the sector and level, then those of the audiences
    and regions. The lexeme `*region` marks a certification with a code valid in all regions;
    `*audience` likewise.
    """
    tag = await connection.execute(
        """
        INSERT INTO certification
            (version_id, number, title, rncp, level, sector, valid_until, words)
        SELECT $1, number, l.title, rncp, level, sector, g.valid_until,
               setweight(to_tsvector('french', title_words), 'A')
               || setweight(to_tsvector('simple', title_words), 'A')
               || setweight(to_tsvector('french', subject_words), 'C')
               || setweight(to_tsvector('simple', subject_words), 'C')
               || to_tsvector('french', g.scope_words) || to_tsvector('simple', g.scope_words)
               || array_to_tsvector(array_remove(
                   ARRAY[CASE WHEN for_all THEN '*audience' END,
                         CASE WHEN everywhere THEN '*region' END], NULL))
        FROM (
            SELECT min(line) AS number, bool_or(audience = '') AS for_all,
                   bool_or(region = '') AS everywhere,
                   max(coalesce(valid_until, 'infinity')) AS valid_until,
                   concat_ws(' ', string_agg(DISTINCT audience_words, ' '),
                             string_agg(DISTINCT region_words, ' ')) AS scope_words
            FROM catalogue_line GROUP BY rncp, title_words, level, sector
        ) AS g JOIN catalogue_line AS l ON l.line = g.number
        ORDER BY number
        """,
        version,
    )
    return affected_rows(tag)


async def add_codes(connection: Connection, version: int) -> None:
    """Insert each line's code, under its certification."""
    await connection.execute(
        """
        INSERT INTO formation (version_id, code_cpf, certification, audience, region,
                               valid_from, valid_until, words)
        SELECT $1, code_cpf,
               min(line) OVER (PARTITION BY rncp, title_words, level, sector),
               audience, region, valid_from, valid_until,
               to_tsvector('french', scope_words) || to_tsvector('simple', scope_words)
        FROM (SELECT *, concat_ws(' ', audience_words, region_words) AS scope_words
              FROM catalogue_line) AS l
        ORDER BY code_cpf
        """,
        version,
    )


async def add_words(connection: BulkConnection, version: int, written: Mapping[str, str]) -> None:
    """Insert each word once, with its trigrams and its spelling (`written`).

    Its `scope` is set when it only occurs in names of audiences, or of regions.
    """
    rows = await connection.fetch(
        """
        SELECT word, CASE WHEN min(scope) = max(scope) THEN min(scope) ELSE '' END AS scope
        FROM (
            SELECT DISTINCT string_to_table(texts.words, ' ') AS word, texts.scope
            FROM catalogue_line, LATERAL (VALUES
                (title_words, ''), (subject_words, ''),
                (audience_words, 'audience'), (region_words, 'region')
            ) AS texts (words, scope)
        ) AS seen WHERE word <> '' GROUP BY word
        """
    )

    def records() -> Iterator[tuple[Any, ...]]:
        for word, scope in rows:
            yield version, word, written.get(word, word), scope, split_trigrams(word)

    await connection.copy_records_to_table("catalogue_word", records=records(), columns=WORDS)


async def settle_indexes(connection: Connection) -> None:
    """Merge the pending list of the GIN indexes in one go.

    Ten times faster than entry by entry, and no search has to scan the pending list.
    """
    await connection.execute("SELECT settle_catalogue()")


async def remove_other_versions(connection: Connection, version: int) -> None:
    """Delete the versions that this one replaces."""
    await connection.execute("DELETE FROM catalogue_version WHERE id <> $1", version)


async def vacuum_catalogue(connection: Connection) -> None:
    """Vacuum and analyse the catalogue's tables; not within a transaction.

    Without truncating, which would block readers.
    """
    await connection.execute(
        "VACUUM (ANALYZE, TRUNCATE false) certification, formation, catalogue_word"
    )
