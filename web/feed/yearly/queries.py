"""Queries that stage a file of hours worked and store it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web.core.db.bulk import BulkConnection, affected_rows
from web.core.db.connection import Connection
from web.feed.queries import Repeated

STAGED = ("line", "nir_digest", "year", "siret", "hundredths", "reference")


async def stage(connection: BulkConnection, rows: Iterable[tuple[Any, ...]]) -> None:
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
    """Return the lines about the person, year and employer of an earlier one, in order."""
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


async def keep_changes(connection: Connection) -> int:
    """Store the hours worked that are new or corrected; return their number."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_change ON COMMIT DROP AS
        SELECT p.id AS person_id, l.year, l.siret, l.hundredths, l.reference
        FROM feed_line l
        JOIN person p USING (nir_digest)
        LEFT JOIN hours_worked h
            ON h.person_id = p.id AND h.year = l.year AND h.siret = l.siret
        WHERE h.person_id IS NULL
           OR (h.hundredths, h.reference) <> (l.hundredths, l.reference)
        """
    )
    await connection.execute("ANALYZE feed_change")
    tag = await connection.execute(
        """
        INSERT INTO hours_worked (person_id, year, siret, hundredths, reference)
        SELECT person_id, year, siret, hundredths, reference FROM feed_change
        ORDER BY person_id, year, siret
        ON CONFLICT (person_id, year, siret) DO UPDATE
        SET hundredths = excluded.hundredths, reference = excluded.reference, fed_at = now()
        """
    )
    return affected_rows(tag)
