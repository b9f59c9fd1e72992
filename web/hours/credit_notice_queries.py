"""Queries of the notices that hours were credited or corrected."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class NoticedAccount:
    """The account of a person to inform; both are None once it is closed. `identity` is sealed."""

    id: UUID | None
    identity: bytes | None


async def add_credit_notices(connection: Connection) -> None:
    """Have each person informed by mail whose hours the movements of this transaction changed.

    Call it once in the transaction of a file of credits, after its movements. Only credits and
    corrections count, and only people who have an account.
    """
    await connection.execute(
        """
        INSERT INTO credit_notice (person_id)
        SELECT person_id FROM movement JOIN account USING (person_id)
        WHERE movement.created_at >= now()
          AND kind IN ('cpf_yearly_credit', 'exceptional_credit', 'correction')
        GROUP BY person_id HAVING sum(hours) <> 0
        ORDER BY person_id
        ON CONFLICT (person_id) DO UPDATE SET is_pending = true
        """
    )


async def claim_notices(connection: Connection, most: int) -> list[NoticedAccount]:
    """Mark notices as announced and return their accounts; at most `most`.

    A person who was informed today waits until tomorrow. Notices that another worker is marking
    are left to it.
    """
    rows = await connection.fetch(
        """
        WITH claimed AS (
            UPDATE credit_notice SET is_pending = false, announced_at = now()
            WHERE person_id IN (
                SELECT person_id FROM credit_notice
                WHERE is_pending AND (
                    announced_at IS NULL
                    OR (announced_at AT TIME ZONE 'Europe/Paris')::date
                       < (now() AT TIME ZONE 'Europe/Paris')::date)
                ORDER BY person_id LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING person_id
        )
        SELECT account.id, account.identity FROM claimed LEFT JOIN account USING (person_id)
        """,
        most,
    )
    return [NoticedAccount(**row) for row in rows]


async def find_identity(connection: Connection, account_id: UUID) -> bytes | None:
    """Return the sealed identity of an account, None once it is closed."""
    identity: bytes | None = await connection.fetchval(
        "SELECT identity FROM account WHERE id = $1", account_id
    )
    return identity


async def purge_credit_notices(connection: Connection) -> None:
    """Delete the notices announced on an earlier day."""
    await connection.execute(
        """
        DELETE FROM credit_notice
        WHERE NOT is_pending AND announced_at < now() - interval '2 days'
        """
    )
