"""Queries of the daily digest: its recipients, its content, the agents' choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from web.core.db.connection import Connection

STOP_DIGEST = "stop-digest"


@dataclass(frozen=True)
class DueAgent:
    """An agent whose digest is due; `email` is sealed."""

    id: UUID
    email: bytes


@dataclass(frozen=True)
class Waiting:
    """The dossiers that wait for an organisme's decision; `days` is the age of the oldest."""

    organisme: str
    number: int
    days: int


async def claim_due(
    connection: Connection, today: date, opening: datetime, most: int
) -> list[DueAgent]:
    """Mark agents as having had today's digest, and return them; at most `most`.

    It is due to those who want it and whose organisme has a dossier that waited at `opening`. An
    agent whom another worker is marking is left to it.
    """
    rows = await connection.fetch(
        """
        UPDATE professional SET digest_day = $1 WHERE id IN (
            SELECT p.id FROM professional p
            JOIN login ON login.id = p.id
            JOIN organisation o ON o.id = p.organisation_id
            WHERE p.wants_digest AND (p.digest_day IS NULL OR p.digest_day < $1)
              AND login.password_hash IS NOT NULL AND login.blocked_at IS NULL
              AND o.kind = 'organisme'
              AND EXISTS (SELECT FROM dossier
                          WHERE organisme_id = o.id AND status = 'soumis' AND submitted_at < $2)
            ORDER BY p.id LIMIT $3 FOR NO KEY UPDATE OF p SKIP LOCKED
        )
        RETURNING id, email
        """,
        today,
        opening,
        most,
    )
    return [DueAgent(**row) for row in rows]


async def find_waiting(
    connection: Connection, agent_id: UUID, enqueued_at: datetime
) -> Waiting | None:
    """Return the content of an agent's digest.

    None if nothing waits, if the agent has left, is blocked or stopped the digest, or if the mail
    was enqueued so long ago that the next one is due.
    """
    row = await connection.fetchrow(
        """
        SELECT o.name AS organisme, count(*)::int AS number,
               (now() AT TIME ZONE 'Europe/Paris')::date
               - (min(d.submitted_at) AT TIME ZONE 'Europe/Paris')::date AS days
        FROM professional p
        JOIN login ON login.id = p.id
        JOIN organisation o ON o.id = p.organisation_id
        JOIN dossier d ON d.organisme_id = o.id
        WHERE p.id = $1 AND p.wants_digest AND login.blocked_at IS NULL AND d.status = 'soumis'
          AND d.submitted_at IS NOT NULL AND $2::timestamptz > now() - interval '20 hours'
        GROUP BY o.id
        """,
        agent_id,
        enqueued_at,
    )
    return Waiting(**row) if row else None


async def add_stop_token(
    connection: Connection, token_digest: bytes, agent_id: UUID, days: int
) -> None:
    """Insert a token that stops an agent's digest, for that many days."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, now() + make_interval(days => $4))
        """,
        token_digest,
        STOP_DIGEST,
        agent_id,
        days,
    )


async def find_wish(connection: Connection, token_digest: bytes) -> bool | None:
    """Return whether the agent of a link wants the digest; None if the link does not work."""
    wish: bool | None = await connection.fetchval(
        """
        SELECT p.wants_digest FROM bearer_token t JOIN professional p ON p.id = t.subject_id
        WHERE t.token_digest = $1 AND t.purpose = $2 AND t.expires_at > now()
        """,
        token_digest,
        STOP_DIGEST,
    )
    return wish


async def stop_by_link(connection: Connection, token_digest: bytes) -> bool:
    """Stop the digest of the agent of a link; return False if the link does not work."""
    tag = await connection.execute(
        """
        UPDATE professional SET wants_digest = false FROM bearer_token t
        WHERE t.token_digest = $1 AND t.purpose = $2 AND t.expires_at > now()
          AND professional.id = t.subject_id
        """,
        token_digest,
        STOP_DIGEST,
    )
    return tag.endswith(" 1")


async def wants_digest(connection: Connection, agent_id: UUID) -> bool:
    """Return whether the agent wants the digest."""
    wish: bool = await connection.fetchval(
        "SELECT wants_digest FROM professional WHERE id = $1", agent_id
    )
    return wish


async def choose(connection: Connection, agent_id: UUID, *, wanted: bool) -> None:
    """Save whether the agent wants the digest."""
    await connection.execute(
        "UPDATE professional SET wants_digest = $2 WHERE id = $1", agent_id, wanted
    )
