"""The query of the registrations to remind of their link."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class DueRegistration:
    """A registration to remind; `identity` is sealed."""

    id: UUID
    identity: bytes


async def claim_reminders(
    connection: Connection, after_days: int, most: int
) -> list[DueRegistration]:
    """Mark registrations as reminded and return them; at most `most`.

    They were submitted that many days ago, and wait for a link that still works. One that was sent
    another link within a day is reminded later. Those that another worker is marking are left to
    it.
    """
    rows = await connection.fetch(
        """
        UPDATE registration SET reminded_at = now() WHERE id IN (
            SELECT r.id FROM registration r
            WHERE r.status = 'submitted' AND r.reminded_at IS NULL
              AND r.submitted_at <= now() - make_interval(days => $1) AND r.expires_at > now()
              AND NOT EXISTS (SELECT FROM mail WHERE subject_id = r.id
                              AND created_at > now() - interval '1 day')
            ORDER BY r.submitted_at LIMIT $2 FOR NO KEY UPDATE OF r SKIP LOCKED
        )
        RETURNING id, identity
        """,
        after_days,
        most,
    )
    return [DueRegistration(**row) for row in rows]
