"""Sessions of agents: rows on the server, with the same limits as those of titulaires."""

from __future__ import annotations

from uuid import UUID

from web.accounts.sessions import (
    ABSOLUTE_HOURS,
    IDLE_MINUTES,
    REMEMBERED_HOURS,
    LiveSession,
    Opening,
    opening_of,
)
from web.core.crypto import Vault
from web.core.db import Connection, Database
from web.professionals.agents import Agent, Kind, open_email


async def find_agent(db: Database, vault: Vault, token_digest: bytes) -> Agent | None:
    """The live session's agent; the session is touched by the same statement."""
    row = await db.fetch_row(
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
    known = {**row, "email": open_email(vault, row["email"], row["id"]), "kind": Kind(row["kind"])}
    return Agent(**known)


async def open_session(
    connection: Connection,
    token_digest: bytes,
    agent_id: UUID,
    password_hash: str,
    *,
    complete: bool,
    device: str,
) -> Opening:
    """Start a session under a token made for it, if that is still the account's password.

    A complete one needs an account that still asks for no second factor. A password replaced
    while this one was compared waits for us or makes us wait: either it ends the session, or
    there is none.
    """
    row = await connection.fetchrow(
        """
        WITH held AS (
            SELECT id FROM professional
            WHERE id = $2 AND password_hash = $3 AND NOT ($4 AND totp_confirmed_at IS NOT NULL)
            FOR NO KEY UPDATE
        ), opened AS (
            INSERT INTO professional_session (token_digest, professional_id, is_complete, device)
            SELECT $1, id, $4, $5 FROM held
            ON CONFLICT (token_digest) DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM held) AS fits, EXISTS (SELECT FROM opened) AS opened
        """,
        token_digest,
        agent_id,
        password_hash,
        complete,
        device,
    )
    return opening_of(row)


async def move_session(
    connection: Connection, earlier: bytes, newer: bytes, *, complete: bool = True
) -> bool:
    """Let a session go on under another token; False when it is over.

    The earlier token no longer works.
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
    """Log out; a cookie replayed afterwards finds nothing."""
    await connection.execute(
        "DELETE FROM professional_session WHERE token_digest = $1", token_digest
    )


async def end_sessions(connection: Connection, agent_id: UUID, keep: bytes | None = None) -> None:
    """End all sessions of an agent, but the one to keep if any."""
    await connection.execute(
        """
        DELETE FROM professional_session
        WHERE professional_id = $1 AND token_digest IS DISTINCT FROM $2
        """,
        agent_id,
        keep,
    )


async def end_session(connection: Connection, agent_id: UUID, session_id: UUID) -> None:
    """End one session of this agent; one that is over already, or another's, changes nothing."""
    await connection.execute(
        "DELETE FROM professional_session WHERE id = $2 AND professional_id = $1",
        agent_id,
        session_id,
    )


async def find_live_sessions(
    connection: Connection, agent_id: UUID, token_digest: bytes
) -> list[LiveSession]:
    """The open sessions of an agent: this one first, then the last seen."""
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
    """Forget sessions long after they can be used: until then a late form finds whose it was."""
    await connection.execute(
        "DELETE FROM professional_session WHERE created_at < now() - make_interval(hours => $1)",
        REMEMBERED_HOURS,
    )
