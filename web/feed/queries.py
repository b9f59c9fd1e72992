"""Queries that stage the file and add its people: set operations, never line by line.

Temporary tables belong to the connection. `feed_line` holds the file, `feed_newcomer` its people
who are not in `person` yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from web.core.db.bulk import BulkConnection
from web.core.db.connection import Connection

STAGED = ("line", "nir_digest", "year", "siret", "hundredths", "reference")
StagedLine = tuple[int, bytes, int, str, int, int]


@dataclass(frozen=True)
class Repeated:
    """A line about the same person, year and employer as an earlier one."""

    line: int
    first: int


async def stage(connection: BulkConnection, rows: Iterable[StagedLine]) -> None:
    """Copy the file's lines into a temporary table, as they are read."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_line (
            line integer, nir_digest bytea, year integer, siret text,
            hundredths integer, reference integer
        )
        """
    )
    await connection.copy_records_to_table("feed_line", records=rows, columns=STAGED)
    await connection.execute("ANALYZE feed_line")


async def find_repeated(connection: Connection) -> list[Repeated]:
    """Return the lines that repeat an earlier one, in the file's order."""
    rows = await connection.fetch(
        """
        SELECT l.line, d.first FROM (
            SELECT nir_digest, year, siret, min(line) AS first FROM feed_line
            GROUP BY nir_digest, year, siret HAVING count(*) > 1
        ) d JOIN feed_line l USING (nir_digest, year, siret)
        WHERE l.line > d.first ORDER BY l.line
        """
    )
    return [Repeated(**row) for row in rows]


async def count_people(connection: Connection) -> int:
    """Return the number of people in the file."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM (SELECT DISTINCT nir_digest FROM feed_line) AS people"
    )
    return count


async def find_newcomers(connection: Connection) -> int:
    """Number the people not in `person` yet, in the order of its index; return how many."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_newcomer AS
        SELECT row_number() OVER (ORDER BY nir_digest) AS number, nir_digest
        FROM (SELECT DISTINCT nir_digest FROM feed_line) l
        WHERE NOT EXISTS (SELECT FROM person p WHERE p.nir_digest = l.nir_digest)
        """
    )
    await connection.execute("CREATE INDEX ON feed_newcomer (number)")
    await connection.execute("ANALYZE feed_newcomer")
    count: int = await connection.fetchval("SELECT count(*) FROM feed_newcomer")
    return count


async def add_newcomers(connection: Connection, first: int, last: int) -> None:
    """Insert the newcomers `first` to `last`; skip those who registered meanwhile."""
    await connection.execute(
        """
        INSERT INTO person (nir_digest)
        SELECT nir_digest FROM feed_newcomer WHERE number BETWEEN $1 AND $2 ORDER BY number
        ON CONFLICT (nir_digest) DO NOTHING
        """,
        first,
        last,
    )
