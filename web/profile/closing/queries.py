"""Queries of the closing of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.logins import delete_login
from web.core.db.connection import Connection


@dataclass(frozen=True)
class FoundAccount:
    """An account found by its NIR; `identity` is encrypted."""

    id: UUID
    identity: bytes
    created_at: datetime


async def find_account_by_nir(connection: Connection, nir_digest: bytes) -> FoundAccount | None:
    """Return the account of a NIR."""
    row = await connection.fetchrow(
        """
        SELECT account.id, account.identity, account.created_at
        FROM account JOIN person ON person.id = account.person_id WHERE person.nir_digest = $1
        """,
        nir_digest,
    )
    return FoundAccount(**row) if row else None


@dataclass(frozen=True)
class Closing:
    """A closed account: whether its address is kept, and the reason of the service, or ''."""

    is_kept: bool
    reason: str


async def find_closing(connection: Connection, account_id: UUID) -> Closing:
    """Return how an account was closed."""
    row = await connection.fetchrow(
        """
        SELECT f.email IS NOT NULL AS is_kept, coalesce((
            SELECT detail FROM event
            WHERE person_id = f.person_id AND kind = 'account_closed' AND actor = 'service'
              AND occurred_at BETWEEN f.closed_at AND f.closed_at + interval '5 minutes'
            ORDER BY position LIMIT 1), '') AS reason
        FROM former_account f WHERE f.id = $1
        """,
        account_id,
    )
    return Closing(**row) if row else Closing(is_kept=False, reason="")


async def delete_account(connection: Connection, account_id: UUID) -> None:
    """Delete the account, and by cascade its sessions, its e-mail change and its kept form.

    Delete mailed links too, whose subject is the account or its e-mail change.
    """
    await connection.execute(
        """
        DELETE FROM bearer_token WHERE subject_id = $1
           OR subject_id IN (SELECT id FROM email_change WHERE account_id = $1)
        """,
        account_id,
    )
    await delete_login(connection, account_id)
