"""Queries of invitations, requests for a password reset, and their links."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from uuid import UUID

from web.accounts.links import LinkState
from web.core.db import Connection

TOKEN = "professional-link"  # noqa: S105 - the purpose of a token
INVITATION_DAYS = 7
RESET_MINUTES = 60
# A reset mail delayed for longer is dropped: nobody expects it by then.
REQUEST_HOURS = 24
REMEMBERED_DAYS = 30


class Purpose(enum.StrEnum):
    """The purpose of a link."""

    INVITATION = "invitation"
    RESET = "reset"


LIFETIME_MINUTES = {
    Purpose.INVITATION: INVITATION_DAYS * 24 * 60,
    Purpose.RESET: RESET_MINUTES,
}
WAITING_HOURS = {Purpose.INVITATION: INVITATION_DAYS * 24, Purpose.RESET: REQUEST_HOURS}


@dataclass(frozen=True)
class Link:
    """The link found by its token; `email` is sealed, None once the account is deleted."""

    link_id: UUID
    purpose: Purpose
    agent_id: UUID | None
    email: bytes | None
    organisation_name: str | None
    ended_as: str | None
    is_expired: bool

    @property
    def state(self) -> LinkState:
        """The state of the link."""
        if self.ended_as is not None:
            return LinkState(self.ended_as)
        is_over = self.is_expired or self.agent_id is None
        return LinkState.EXPIRED if is_over else LinkState.OPEN


@dataclass(frozen=True)
class Deliverable:
    """A link whose mail is still to be sent; `email` is sealed."""

    agent_id: UUID
    email: bytes
    organisation_name: str
    purpose: Purpose


async def add_request(connection: Connection, link_id: UUID, email_digest: bytes) -> None:
    """Record a request for a password reset, whether the address has an account or not."""
    await connection.execute(
        "INSERT INTO professional_link (id, purpose, email_digest) VALUES ($1, 'reset', $2)",
        link_id,
        email_digest,
    )


async def lock_requester(connection: Connection, link_id: UUID) -> None:
    """Lock the account that a request is about, before the request itself.

    Code that voids links locks the account first: the opposite order would deadlock.
    """
    await connection.execute(
        """
        SELECT FROM professional WHERE email_digest = (
            SELECT email_digest FROM professional_link WHERE id = $1)
        FOR NO KEY UPDATE
        """,
        link_id,
    )


async def find_request(connection: Connection, link_id: UUID) -> bytes | None:
    """Lock a pending request; return its address's digest, None when it is already settled."""
    digest: bytes | None = await connection.fetchval(
        """
        SELECT email_digest FROM professional_link
        WHERE id = $1 AND professional_id IS NULL AND ended_as IS NULL FOR UPDATE
        """,
        link_id,
    )
    return digest


async def forget_request(connection: Connection, link_id: UUID) -> None:
    """Delete a request whose address has no account."""
    await connection.execute("DELETE FROM professional_link WHERE id = $1", link_id)


async def add_link(
    connection: Connection, link_id: UUID, purpose: Purpose, email_digest: bytes
) -> None:
    """Insert a link that the service sends on its own, without a request."""
    await connection.execute(
        "INSERT INTO professional_link (id, purpose, email_digest) VALUES ($1, $2, $3)",
        link_id,
        purpose.value,
        email_digest,
    )


async def assign_link(connection: Connection, link_id: UUID, agent_id: UUID) -> None:
    """Assign the link to an agent; their other links stay valid until one is used."""
    await connection.execute(
        "UPDATE professional_link SET professional_id = $2 WHERE id = $1", link_id, agent_id
    )


async def replace_others(connection: Connection, link_id: UUID, agent_id: UUID) -> None:
    """Void the agent's other links, so that only this one works."""
    await connection.execute(
        """
        UPDATE professional_link SET ended_as = 'replaced'
        WHERE professional_id = $1 AND ended_as IS NULL AND id <> $2
        """,
        agent_id,
        link_id,
    )


async def find_deliverable(connection: Connection, link_id: UUID) -> Deliverable | None:
    """Return the link and its agent, while its mail may still be sent."""
    row = await connection.fetchrow(
        """
        SELECT p.id AS agent_id, p.email, o.name AS organisation_name, l.purpose
        FROM professional_link l
        JOIN professional p ON p.id = l.professional_id
        JOIN organisation o ON o.id = p.organisation_id
        WHERE l.id = $1 AND l.ended_as IS NULL AND l.created_at > now() - make_interval(
            hours => CASE l.purpose WHEN 'invitation' THEN $2::int ELSE $3::int END)
        """,
        link_id,
        WAITING_HOURS[Purpose.INVITATION],
        WAITING_HOURS[Purpose.RESET],
    )
    return Deliverable(**{**row, "purpose": Purpose(row["purpose"])}) if row else None


async def add_token(
    connection: Connection, token_digest: bytes, link_id: UUID, purpose: Purpose
) -> None:
    """Insert a token to choose a password, with the lifetime of its purpose."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, now() + make_interval(mins => $4))
        """,
        token_digest,
        TOKEN,
        link_id,
        LIFETIME_MINUTES[purpose],
    )


async def find_link(connection: Connection, token_digest: bytes) -> Link | None:
    """Return the link, expired or not by the database's clock; read-only."""
    row = await connection.fetchrow(
        """
        SELECT l.id AS link_id, l.purpose, p.id AS agent_id, p.email,
               o.name AS organisation_name, l.ended_as, t.expires_at <= now() AS is_expired
        FROM bearer_token t
        JOIN professional_link l ON l.id = t.subject_id
        LEFT JOIN professional p ON p.id = l.professional_id
        LEFT JOIN organisation o ON o.id = p.organisation_id
        WHERE t.token_digest = $1 AND t.purpose = $2
        """,
        token_digest,
        TOKEN,
    )
    return Link(**{**row, "purpose": Purpose(row["purpose"])}) if row else None


async def lock_agent(connection: Connection, agent_id: UUID) -> None:
    """Lock this agent's account until the transaction ends."""
    await connection.execute("SELECT 1 FROM professional WHERE id = $1 FOR NO KEY UPDATE", agent_id)


async def end_link(connection: Connection, link_id: UUID) -> None:
    """Mark the link as used, for all its tokens."""
    await connection.execute(
        "UPDATE professional_link SET ended_as = 'used' WHERE id = $1", link_id
    )


async def void_links(connection: Connection, agent_id: UUID) -> None:
    """Void the links of an agent whose password has just been replaced."""
    await connection.execute(
        """
        UPDATE professional_link SET ended_as = 'password changed'
        WHERE professional_id = $1 AND ended_as IS NULL
        """,
        agent_id,
    )


async def purge_links(connection: Connection) -> None:
    """Delete links older than REMEMBERED_DAYS."""
    await connection.execute(
        "DELETE FROM professional_link WHERE created_at < now() - make_interval(days => $1)",
        REMEMBERED_DAYS,
    )
