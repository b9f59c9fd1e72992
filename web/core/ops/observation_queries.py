"""Queries on the problems observed, the last of each kind."""

from __future__ import annotations

from web.core.db.connection import Connection, Record


async def put_observation(connection: Connection, kind: str, detail: str) -> None:
    """Add a problem, or replace the last one of its kind."""
    await connection.execute(
        """
        INSERT INTO observation (kind, detail) VALUES ($1, $2)
        ON CONFLICT (kind) DO UPDATE SET detail = excluded.detail, seen_at = now()
        """,
        kind,
        detail,
    )


async def list_observations(connection: Connection, within_hours: int) -> list[Record]:
    """Return the problems seen within this time: `kind`, `detail`, and `seen`, a French text."""
    return await connection.fetch(
        """
        SELECT kind, detail, to_char(seen_at AT TIME ZONE 'UTC', 'DD/MM/YYYY à HH24:MI UTC') AS seen
        FROM observation WHERE seen_at > now() - make_interval(hours => $1) ORDER BY kind
        """,
        within_hours,
    )


async def delete_observations(connection: Connection, older_than_days: int) -> None:
    """Delete the problems last seen longer ago than this."""
    await connection.execute(
        "DELETE FROM observation WHERE seen_at < now() - make_interval(days => $1)", older_than_days
    )
