"""Queries of changes of e-mail address, and of their links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class EmailChange:
    """A pending change; `email` is encrypted, with the id of the change as context."""

    id: UUID
    account_id: UUID
    email: bytes
    email_digest: bytes
    created_at: datetime
    expires_at: datetime
    is_expired: bool


_CHANGE = """
    id, account_id, email, email_digest, created_at, expires_at, expires_at <= now() AS is_expired
"""


async def find_email_change(connection: Connection, account_id: UUID) -> EmailChange | None:
    """Return the pending change of an account."""
    row = await connection.fetchrow(
        f"SELECT {_CHANGE} FROM email_change WHERE account_id = $1 AND expires_at > now()",  # noqa: S608
        account_id,
    )
    return EmailChange(**row) if row else None


async def find_email_change_by_id(connection: Connection, change_id: UUID) -> EmailChange | None:
    """Return the change that a mail is about, expired or not."""
    row = await connection.fetchrow(
        f"SELECT {_CHANGE} FROM email_change WHERE id = $1",  # noqa: S608
        change_id,
    )
    return EmailChange(**row) if row else None


async def save_email_change(
    connection: Connection,
    *,
    account_id: UUID,
    change_id: UUID,
    email: bytes,
    email_digest: bytes,
    hours: int,
) -> None:
    """Save a pending change, replacing an earlier one."""
    await connection.execute(
        """
        INSERT INTO email_change (account_id, id, email, email_digest, expires_at)
        VALUES ($1, $2, $3, $4, now() + make_interval(hours => $5))
        ON CONFLICT (account_id) DO UPDATE
        SET id = excluded.id, email = excluded.email, email_digest = excluded.email_digest,
            created_at = now(), expires_at = excluded.expires_at
        """,
        account_id,
        change_id,
        email,
        email_digest,
        hours,
    )


async def extend_email_change(connection: Connection, change_id: UUID, hours: int) -> None:
    """Restart the validity of a pending change, as if it was requested now."""
    await connection.execute(
        """
        UPDATE email_change SET created_at = now(), expires_at = now() + make_interval(hours => $2)
        WHERE id = $1
        """,
        change_id,
        hours,
    )


async def forget_email_change(connection: Connection, account_id: UUID) -> bool:
    """Delete the pending change; return whether there was one."""
    tag = await connection.execute("DELETE FROM email_change WHERE account_id = $1", account_id)
    return tag.endswith(" 1")


async def change_email(
    connection: Connection, account_id: UUID, email_digest: bytes, identity: bytes
) -> bool:
    """Update the address and its identity; return False if another account has the address."""
    done: bool = await connection.fetchval(
        "SELECT change_email($1, $2, $3)", account_id, email_digest, identity
    )
    return done


async def is_address_taken(connection: Connection, email_digests: Sequence[bytes]) -> bool:
    """Return whether an account has this address."""
    taken: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM account WHERE email_digest = ANY ($1))", email_digests
    )
    return taken


@dataclass(frozen=True)
class EmailLink:
    """A confirmation link; `change` is None once it is used or cancelled."""

    is_used: bool
    change: EmailChange | None


async def add_email_link(
    connection: Connection, token_digest: bytes, change_id: UUID, expires_at: datetime
) -> None:
    """Insert a token that confirms the change until `expires_at`."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, 'email-change', $2, $3)
        """,
        token_digest,
        change_id,
        expires_at,
    )


async def find_email_link(connection: Connection, token_digest: bytes) -> EmailLink | None:
    """Return the link; it expires on its own date, even if its change was extended."""
    row = await connection.fetchrow(
        """
        SELECT t.used_at IS NOT NULL AS is_used, c.id, c.account_id, c.email, c.email_digest,
               c.created_at, c.expires_at, least(c.expires_at, t.expires_at) <= now() AS is_expired
        FROM bearer_token t LEFT JOIN email_change c ON c.id = t.subject_id
        WHERE t.token_digest = $1 AND t.purpose = 'email-change'
        """,
        token_digest,
    )
    if row is None:
        return None
    values = dict(row)
    is_used = values.pop("is_used")
    return EmailLink(is_used, EmailChange(**values) if values["id"] else None)


async def use_email_links(connection: Connection, change_id: UUID) -> None:
    """Mark all links of the change as used."""
    await connection.execute(
        "UPDATE bearer_token SET used_at = now() WHERE subject_id = $1 AND used_at IS NULL",
        change_id,
    )


async def purge_email_changes(connection: Connection) -> None:
    """Delete expired changes, which nobody confirmed."""
    await connection.execute("DELETE FROM email_change WHERE expires_at <= now()")
