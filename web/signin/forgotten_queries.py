"""Queries on the password links of titulaires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.reset.links import PasswordLink, Purpose
from web.auth.reset.queries import REQUEST_HOURS, TOKEN
from web.core.db.connection import Connection


@dataclass(frozen=True)
class ResetLink(PasswordLink):
    """A reset link; `identity` is encrypted, None like the person once the account is closed."""

    person_id: UUID | None
    identity: bytes | None


@dataclass(frozen=True)
class ResetRequest:
    """A reset request, and its account, if any; `identity` is encrypted."""

    account_id: UUID | None
    person_id: UUID | None
    identity: bytes | None
    device: str
    asked_at: datetime


async def lock_requester(connection: Connection, reset_id: UUID) -> None:
    """Lock the login that a request concerns; call it before the request is locked.

    Voiding requests locks the login before them: the reverse order would deadlock.
    """
    await connection.execute(
        """
        SELECT FROM login WHERE id = (
            SELECT account.id FROM account JOIN person ON person.id = account.person_id
            JOIN password_link l ON l.identifier_digest = person.nir_digest
            WHERE l.id = $1 AND l.kind = 'titulaire')
        FOR NO KEY UPDATE
        """,
        reset_id,
    )


async def lock_reset_request(connection: Connection, reset_id: UUID) -> ResetRequest | None:
    """Lock and return a request with its account; None if processed already (a job run twice)."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.person_id, account.identity, l.device,
               l.created_at AS asked_at
        FROM password_link l
        LEFT JOIN person ON person.nir_digest = l.identifier_digest
        LEFT JOIN account ON account.person_id = person.id
        WHERE l.id = $1 AND l.kind = 'titulaire' AND l.login_id IS NULL AND l.ended_as IS NULL
        FOR UPDATE OF l
        """,
        reset_id,
    )
    return ResetRequest(**row) if row else None


async def find_deliverable(connection: Connection, reset_id: UUID) -> ResetRequest | None:
    """Return a request with its account, while its mail may still be sent."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.person_id, account.identity, l.device,
               l.created_at AS asked_at
        FROM password_link l JOIN account ON account.id = l.login_id
        WHERE l.id = $1 AND l.ended_as IS NULL
          AND l.created_at > now() - make_interval(hours => $2)
        """,
        reset_id,
        REQUEST_HOURS,
    )
    return ResetRequest(**row) if row else None


async def find_reset_link(connection: Connection, token_digest: bytes) -> ResetLink | None:
    """Return the link; its expiry is judged by the database's clock.

    The token outlives the link, whose page still says that it is too old.
    """
    row = await connection.fetchrow(
        """
        SELECT t.subject_id AS link_id, account.id AS login_id, account.person_id,
               account.identity, l.ended_as, t.expires_at <= now() AS is_expired
        FROM bearer_token t
        LEFT JOIN password_link l ON l.id = t.subject_id
        LEFT JOIN account ON account.id = l.login_id
        WHERE t.token_digest = $1 AND t.purpose = $2 AND coalesce(l.kind, 'titulaire') = 'titulaire'
        """,
        token_digest,
        TOKEN,
    )
    return ResetLink(**row, purpose=Purpose.RESET) if row else None
