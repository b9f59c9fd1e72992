"""Queries on the seals of the histories."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection, Record


async def lock_unsealed(connection: Connection, most: int) -> list[Record]:
    """Lock the heads of histories that grew since their last seal, except those in use."""
    return await connection.fetch(
        """
        SELECT person_id, position, hash FROM event_head
        WHERE position > sealed ORDER BY person_id LIMIT $1
        FOR UPDATE SKIP LOCKED
        """,
        most,
    )


async def find_newest_seal(connection: Connection) -> tuple[int, bytes]:
    """Return the number and the digest of the last seal; 0 and nothing when there is none."""
    row = await connection.fetchrow(
        "SELECT number, seal FROM history_seal ORDER BY number DESC LIMIT 1"
    )
    return (row["number"], bytes(row["seal"])) if row else (0, b"")


async def insert_seals(connection: Connection, seals: list[tuple[int, UUID, int, bytes]]) -> None:
    """Add seals: number, person, position of the last event covered, digest."""
    await connection.execute(
        """
        WITH added AS (
            INSERT INTO history_seal (number, person_id, position, seal)
            SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::int[], $4::bytea[])
            RETURNING person_id, position
        )
        UPDATE event_head SET sealed = added.position
        FROM added WHERE event_head.person_id = added.person_id
        """,
        *map(list, zip(*seals, strict=True)),
    )


async def list_seals(connection: Connection, after: int, most: int) -> list[Record]:
    """Return the seals that follow a number, each with the current hash of its event."""
    return await connection.fetch(
        """
        SELECT s.number, s.person_id, s.position, s.seal, coalesce(e.hash, '') AS hash
        FROM history_seal s LEFT JOIN event e
            ON e.person_id = s.person_id AND e.position = s.position
        WHERE s.number > $1 ORDER BY s.number LIMIT $2
        """,
        after,
        most,
    )


async def count_late(connection: Connection, hours: int) -> int:
    """Count the people who have an event that is older than this and has no seal.

    Count from the seals themselves: `event_head.sealed` is only a work list, not evidence.
    """
    late: int = await connection.fetchval(
        """
        SELECT count(DISTINCT e.person_id)
        FROM event e LEFT JOIN (
            SELECT person_id, max(position) AS position FROM history_seal GROUP BY person_id
        ) AS sealed ON sealed.person_id = e.person_id
        WHERE e.position > coalesce(sealed.position, 0)
          AND e.occurred_at < now() - make_interval(hours => $1)
        """,
        hours,
    )
    return late
