"""Queries on password reset requests and their links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.accounts.links import LinkState
from web.core.db import Connection

RESET = "password-reset"
LINK_MINUTES = 60
# A mail delayed for longer than this is no longer expected by anybody.
REQUEST_HOURS = 24
REMEMBERED_DAYS = 2


@dataclass(frozen=True)
class ResetLink:
    """A reset link; `identity` is encrypted, None once the account is closed."""

    reset_id: UUID
    account_id: UUID | None
    person_id: UUID | None
    identity: bytes | None
    ended_as: str | None
    is_expired: bool

    @property
    def state(self) -> LinkState:
        """The state of the link."""
        if self.ended_as is not None:
            return LinkState(self.ended_as)
        is_over = self.is_expired or self.account_id is None
        return LinkState.EXPIRED if is_over else LinkState.OPEN


@dataclass(frozen=True)
class ResetRequest:
    """A reset request, and its account, if any; `identity` is encrypted."""

    account_id: UUID | None
    person_id: UUID | None
    identity: bytes | None
    device: str
    asked_at: datetime


async def add_request(
    connection: Connection, reset_id: UUID, nir_digest: bytes, device: str
) -> None:
    """Insert a request for this NIR, whether it has an account or not."""
    await connection.execute(
        "INSERT INTO password_reset (id, nir_digest, device) VALUES ($1, $2, $3)",
        reset_id,
        nir_digest,
        device,
    )


async def lock_requester(connection: Connection, reset_id: UUID) -> None:
    """Lock the account that a request concerns; call it before the request is locked.

    Voiding requests locks the account before them: the reverse order would deadlock.
    """
    await connection.execute(
        """
        SELECT FROM account WHERE person_id = (
            SELECT person.id FROM person JOIN password_reset r USING (nir_digest) WHERE r.id = $1)
        FOR NO KEY UPDATE
        """,
        reset_id,
    )


async def lock_reset_request(connection: Connection, reset_id: UUID) -> ResetRequest | None:
    """Lock and return a request with its account; None if processed already (a job run twice)."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.person_id, account.identity, r.device,
               r.created_at AS asked_at
        FROM password_reset r
        LEFT JOIN person ON person.nir_digest = r.nir_digest
        LEFT JOIN account ON account.person_id = person.id
        WHERE r.id = $1 AND r.account_id IS NULL AND r.ended_as IS NULL
        FOR UPDATE OF r
        """,
        reset_id,
    )
    return ResetRequest(**row) if row else None


async def forget_request(connection: Connection, reset_id: UUID) -> None:
    """Delete a request that has no account."""
    await connection.execute("DELETE FROM password_reset WHERE id = $1", reset_id)


async def assign_request(connection: Connection, reset_id: UUID, account_id: UUID) -> None:
    """Assign the request to its account.

    Earlier requests stay valid: anybody may make one, which must not void the link that the owner
    is about to open. The first link used voids them all.
    """
    await lock_account(connection, account_id)
    await connection.execute(
        "UPDATE password_reset SET account_id = $2 WHERE id = $1", reset_id, account_id
    )


async def lock_account(connection: Connection, account_id: UUID) -> None:
    """Lock the account, and thereby its password, until the transaction ends."""
    await connection.execute("SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE", account_id)


async def find_deliverable(connection: Connection, reset_id: UUID) -> ResetRequest | None:
    """Return a request with its account, while its mail may still be sent."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.person_id, account.identity, r.device,
               r.created_at AS asked_at
        FROM password_reset r JOIN account ON account.id = r.account_id
        WHERE r.id = $1 AND r.ended_as IS NULL
          AND r.created_at > now() - make_interval(hours => $2)
        """,
        reset_id,
        REQUEST_HOURS,
    )
    return ResetRequest(**row) if row else None


async def add_reset_token(connection: Connection, token_digest: bytes, reset_id: UUID) -> None:
    """Add a token to choose another password, valid an hour by the database's clock."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, now() + make_interval(mins => $4))
        """,
        token_digest,
        RESET,
        reset_id,
        LINK_MINUTES,
    )


async def find_reset_link(connection: Connection, token_digest: bytes) -> ResetLink | None:
    """Return the link; its expiry is judged by the database's clock."""
    row = await connection.fetchrow(
        """
        SELECT t.subject_id AS reset_id, account.id AS account_id, account.person_id,
               account.identity, r.ended_as, t.expires_at <= now() AS is_expired
        FROM bearer_token t
        LEFT JOIN password_reset r ON r.id = t.subject_id
        LEFT JOIN account ON account.id = r.account_id
        WHERE t.token_digest = $1 AND t.purpose = $2
        """,
        token_digest,
        RESET,
    )
    return ResetLink(**row) if row else None


async def use_request(connection: Connection, reset_id: UUID) -> None:
    """Mark the request, and thereby all its links, as used."""
    await connection.execute("UPDATE password_reset SET ended_as = 'used' WHERE id = $1", reset_id)


async def purge_requests(connection: Connection) -> None:
    """Delete requests made more than REMEMBERED_DAYS ago."""
    await connection.execute(
        "DELETE FROM password_reset WHERE created_at < now() - make_interval(days => $1)",
        REMEMBERED_DAYS,
    )
