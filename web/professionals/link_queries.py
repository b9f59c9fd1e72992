"""Queries on the password links of agents."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.auth.reset.links import INVITATION_DAYS, PasswordLink, Purpose
from web.auth.reset.queries import REQUEST_HOURS, TOKEN
from web.core.db.connection import Connection


@dataclass(frozen=True)
class Link(PasswordLink):
    """An agent's link; `email` is sealed, None like the organisation once the account is closed."""

    email: bytes | None
    organisation_name: str | None


@dataclass(frozen=True)
class Deliverable:
    """A link whose mail is still to be sent; `email` is sealed."""

    agent_id: UUID
    email: bytes
    organisation_name: str
    purpose: Purpose


async def lock_requester(connection: Connection, link_id: UUID) -> None:
    """Lock the login that a request is about, before the request itself.

    Code that voids links locks the login first: the opposite order would deadlock.
    """
    await connection.execute(
        """
        SELECT FROM login WHERE id = (
            SELECT p.id FROM professional p JOIN password_link l
            ON l.identifier_digest = p.email_digest WHERE l.id = $1 AND l.kind = 'agent')
        FOR NO KEY UPDATE
        """,
        link_id,
    )


async def find_deliverable(connection: Connection, link_id: UUID) -> Deliverable | None:
    """Return the link and its agent, while its mail may still be sent."""
    row = await connection.fetchrow(
        """
        SELECT p.id AS agent_id, p.email, o.name AS organisation_name, l.purpose
        FROM password_link l
        JOIN professional p ON p.id = l.login_id
        JOIN organisation o ON o.id = p.organisation_id
        WHERE l.id = $1 AND l.ended_as IS NULL AND l.created_at > now() - make_interval(
            hours => CASE l.purpose WHEN 'invitation' THEN $2::int ELSE $3::int END)
        """,
        link_id,
        INVITATION_DAYS * 24,
        REQUEST_HOURS,
    )
    return Deliverable(**{**row, "purpose": Purpose(row["purpose"])}) if row else None


async def find_link(connection: Connection, token_digest: bytes) -> Link | None:
    """Return the link, expired or not by the database's clock; read-only."""
    row = await connection.fetchrow(
        """
        SELECT l.id AS link_id, l.purpose, p.id AS login_id, p.email,
               o.name AS organisation_name, l.ended_as, t.expires_at <= now() AS is_expired
        FROM bearer_token t
        JOIN password_link l ON l.id = t.subject_id AND l.kind = 'agent'
        LEFT JOIN professional p ON p.id = l.login_id
        LEFT JOIN organisation o ON o.id = p.organisation_id
        WHERE t.token_digest = $1 AND t.purpose = $2
        """,
        token_digest,
        TOKEN,
    )
    return Link(**{**row, "purpose": Purpose(row["purpose"])}) if row else None
