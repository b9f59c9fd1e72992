"""Queries on the people of a staged file: set operations, never line by line.

Temporary tables belong to the connection. `feed_line` holds the file, with a line's number and the
digest of its NIR; `feed_newcomer` its people who are not in `person` yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.core.db.connection import Connection


@dataclass(frozen=True)
class Repeated:
    """A line about the same thing as an earlier one."""

    line: int
    first: int


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
