"""Queries of the security pages."""

from __future__ import annotations

from uuid import UUID

from web.accounts.sessions import ABSOLUTE_HOURS, IDLE_MINUTES
from web.core.db import Connection


async def end_session(
    connection: Connection, account_id: UUID, session_id: UUID, device: str
) -> bool:
    """End one session of this account and record it; return False if it was over."""
    tag = await connection.execute(
        """
        WITH ended AS (
            DELETE FROM session WHERE id = $2 AND account_id = $1 RETURNING device
        )
        INSERT INTO event (person_id, kind, actor, device, detail)
        SELECT account.person_id, 'session_ended', 'titulaire', $3, ended.device
        FROM ended, account WHERE account.id = $1
        """,
        account_id,
        session_id,
        device,
    )
    return tag.endswith(" 1")


async def end_other_sessions(
    connection: Connection, account_id: UUID, kept: bytes, device: str
) -> None:
    """End all sessions of this account but one; the event records how many were open."""
    await connection.execute(
        """
        WITH ended AS (
            DELETE FROM session WHERE account_id = $1 AND token_digest <> $2
            RETURNING last_seen_at > now() - make_interval(mins => $4)
                  AND created_at > now() - make_interval(hours => $5) AS was_open
        )
        INSERT INTO event (person_id, kind, actor, device, detail)
        SELECT account.person_id, 'other_sessions_ended', 'titulaire', $3, ended.number::text
        FROM (SELECT count(*) AS number FROM ended WHERE was_open) AS ended, account
        WHERE account.id = $1 AND ended.number > 0
        """,
        account_id,
        kept,
        device,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
