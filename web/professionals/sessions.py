"""Server-side sessions of agents, with the same limits as those of titulaires."""

from __future__ import annotations

from uuid import UUID

from web.accounts.sessions import (
    ABSOLUTE_HOURS,
    IDLE_MINUTES,
    REMEMBERED_HOURS,
    LiveSession,
    OpenResult,
    open_result,
)
from web.core.crypto import Vault
from web.core.db import Connection, Database
from web.professionals.agents import AGENT_EMAIL, Agent, Kind


async def find_agent(db: Database, vault: Vault, token_digest: bytes) -> Agent | None:
    """Return the agent of a live session; the same statement refreshes its last activity."""
    row = await db.fetchrow(
        """
        UPDATE professional_session s SET last_seen_at = now()
        FROM professional p JOIN organisation o ON o.id = p.organisation_id
        WHERE s.token_digest = $1 AND p.id = s.professional_id
          AND s.last_seen_at > now() - make_interval(mins => $2)
          AND s.created_at > now() - make_interval(hours => $3)
        RETURNING p.id, p.email, p.organisation_id, o.name AS organisation_name, o.siret, o.kind,
                  p.totp_confirmed_at IS NOT NULL AS has_second_factor, s.is_complete,
                  s.id AS session_id,
                  CASE WHEN s.created_at < now() - make_interval(hours => $3, mins => -$2)
                       THEN s.created_at + make_interval(hours => $3) END AS ends_at
        """,
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
    if row is None:
        return None
    email = AGENT_EMAIL.open(vault, row["email"], id=row["id"])
    return Agent(**{**row, "email": email, "kind": Kind(row["kind"])})


async def open_session(
    connection: Connection,
    token_digest: bytes,
    agent_id: UUID,
    password_hash: str,
    *,
    complete: bool,
    device: str,
) -> OpenResult:
    """Open a session under a new token, if the password hash is still the account's.

    A complete session requires an account without a second factor. The row lock serialises this
    with a concurrent change of password, which then either ends the session or prevents it.
    """
    row = await connection.fetchrow(
        """
        WITH locked AS (
            SELECT id FROM professional
            WHERE id = $2 AND password_hash = $3 AND NOT ($4 AND totp_confirmed_at IS NOT NULL)
            FOR NO KEY UPDATE
        ), opened AS (
            INSERT INTO professional_session (token_digest, professional_id, is_complete, device)
            SELECT $1, id, $4, $5 FROM locked
            ON CONFLICT (token_digest) DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM locked) AS is_current, EXISTS (SELECT FROM opened) AS opened
        """,
        token_digest,
        agent_id,
        password_hash,
        complete,
        device,
    )
    return open_result(row)


async def move_session(
    connection: Connection, earlier: bytes, newer: bytes, *, complete: bool = True
) -> bool:
    """Rotate a session's token; return False when the session is over.

    The earlier token no longer works. `complete` also marks the login as complete.
    """
    tag = await connection.execute(
        """
        UPDATE professional_session SET token_digest = $2, is_complete = is_complete OR $3
        WHERE token_digest = $1
        """,
        earlier,
        newer,
        complete,
    )
    return tag.endswith(" 1")


async def close_session(connection: Connection, token_digest: bytes) -> None:
    """Delete a session; a cookie replayed afterwards no longer works."""
    await connection.execute(
        "DELETE FROM professional_session WHERE token_digest = $1", token_digest
    )


async def end_sessions(connection: Connection, agent_id: UUID, keep: bytes | None = None) -> None:
    """End all sessions of an agent, except `keep`."""
    await connection.execute(
        """
        DELETE FROM professional_session
        WHERE professional_id = $1 AND token_digest IS DISTINCT FROM $2
        """,
        agent_id,
        keep,
    )


async def end_session(connection: Connection, agent_id: UUID, session_id: UUID) -> None:
    """End one session of this agent; an ended or foreign one is ignored."""
    await connection.execute(
        "DELETE FROM professional_session WHERE id = $2 AND professional_id = $1",
        agent_id,
        session_id,
    )


async def list_live_sessions(
    connection: Connection, agent_id: UUID, token_digest: bytes
) -> list[LiveSession]:
    """Return the open sessions of an agent: this one first, then by last activity."""
    rows = await connection.fetch(
        """
        SELECT id, device, created_at, last_seen_at, token_digest = $2 AS is_this_one
        FROM professional_session
        WHERE professional_id = $1 AND is_complete
          AND last_seen_at > now() - make_interval(mins => $3)
          AND created_at > now() - make_interval(hours => $4)
        ORDER BY is_this_one DESC, last_seen_at DESC, id
        """,
        agent_id,
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
    return [LiveSession(**row) for row in rows]


async def purge_sessions(connection: Connection) -> None:
    """Delete sessions long expired; until then, a late form can be attributed to its agent."""
    await connection.execute(
        "DELETE FROM professional_session WHERE created_at < now() - make_interval(hours => $1)",
        REMEMBERED_HOURS,
    )
