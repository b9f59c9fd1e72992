"""Queries that stage a file of exceptional credits and store it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from web.core.db.bulk import BulkConnection, affected_rows
from web.core.db.connection import Connection
from web.feed.queries import Repeated

STAGED = ("line", "nir_digest", "kind", "hours", "granted_on", "granted_by", "reference")


async def stage(connection: BulkConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Copy the file's lines into a temporary table, as they are read."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_line (
            line integer, nir_digest bytea, kind text, hours integer,
            granted_on date, granted_by text, reference text
        )
        """
    )
    await connection.copy_records_to_table("feed_line", records=rows, columns=STAGED)
    await connection.execute("ANALYZE feed_line")


async def find_repeated(connection: Connection) -> list[Repeated]:
    """Return the lines that have the reference of an earlier one, in order."""
    rows = await connection.fetch(
        """
        SELECT l.line, d.first FROM (
            SELECT reference, min(line) AS first FROM feed_line
            GROUP BY reference HAVING count(*) > 1
        ) d JOIN feed_line l USING (reference)
        WHERE l.line > d.first ORDER BY l.line
        """
    )
    return [Repeated(**row) for row in rows]


async def find_taken(connection: Connection) -> list[int]:
    """Return the numbers of the lines whose reference is that of another person's credit."""
    rows = await connection.fetch(
        """
        SELECT l.line FROM feed_line l
        JOIN exceptional_credit c USING (reference)
        JOIN person p ON p.id = c.person_id
        WHERE p.nir_digest <> l.nir_digest ORDER BY l.line
        """
    )
    return [row["line"] for row in rows]


async def keep_changes(connection: Connection) -> int:
    """Store the credits that are new or corrected; return their number."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_change ON COMMIT DROP AS
        SELECT p.id AS person_id, l.reference, l.kind, l.hours, l.granted_on, l.granted_by
        FROM feed_line l
        JOIN person p USING (nir_digest)
        LEFT JOIN exceptional_credit c USING (reference)
        WHERE c.reference IS NULL
           OR (c.kind, c.hours, c.granted_on, c.granted_by)
              <> (l.kind, l.hours, l.granted_on, l.granted_by)
        """
    )
    await connection.execute("ANALYZE feed_change")
    tag = await connection.execute(
        """
        INSERT INTO exceptional_credit (reference, person_id, kind, hours, granted_on, granted_by)
        SELECT reference, person_id, kind, hours, granted_on, granted_by FROM feed_change
        ORDER BY reference
        ON CONFLICT (reference) DO UPDATE
        SET kind = excluded.kind, hours = excluded.hours, granted_on = excluded.granted_on,
            granted_by = excluded.granted_by, fed_at = now()
        """
    )
    return affected_rows(tag)
