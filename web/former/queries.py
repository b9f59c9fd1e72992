"""Queries on closed accounts and the links to restore them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.people.former.records import FormerAccount
from web.people.former.service import FORMER_MAIL

LINK_DAYS = 15


@dataclass(frozen=True)
class AccountRow:
    """An account, locked where the caller needs it; `identity` is encrypted."""

    id: UUID
    person_id: UUID
    identity: bytes


@dataclass(frozen=True)
class FormerLink:
    """A link to restore a closed account.

    `is_unproved`: the closed account still has another holder than the current account.
    """

    former: FormerAccount
    is_used: bool
    is_expired: bool
    is_unproved: bool


@dataclass(frozen=True)
class FormerMatch:
    """A closed account, and the current account of the same NIR."""

    former: FormerAccount
    account: AccountRow


async def lock_account(connection: Connection, account_id: UUID) -> AccountRow | None:
    """Lock and return the account, so that nobody closes it meanwhile."""
    row = await connection.fetchrow(
        """
        SELECT account.id, person_id, identity
        FROM login JOIN account ON account.id = login.id
        WHERE login.id = $1 FOR NO KEY UPDATE OF login, account
        """,
        account_id,
    )
    return AccountRow(**row) if row else None


async def lock_account_by_email(connection: Connection, email_digest: bytes) -> AccountRow | None:
    """Lock and return the account that has this address."""
    row = await connection.fetchrow(
        "SELECT id, person_id, identity FROM account WHERE email_digest = $1 FOR NO KEY UPDATE",
        email_digest,
    )
    return AccountRow(**row) if row else None


async def find_former_match(connection: Connection, former_id: UUID) -> FormerMatch | None:
    """Return the closed account of a mail, while its NIR has an account of another holder."""
    row = await connection.fetchrow(
        """
        SELECT f.id, f.holder_id, f.names_digest, f.email,
               a.id AS account_id, a.person_id, a.identity
        FROM former_account f JOIN account a USING (person_id)
        WHERE f.id = $1 AND f.holder_id <> a.holder_id AND f.email IS NOT NULL
        """,
        former_id,
    )
    if row is None:
        return None
    former = FormerAccount(row["id"], row["holder_id"], row["names_digest"], row["email"])
    return FormerMatch(former, AccountRow(row["account_id"], row["person_id"], row["identity"]))


async def add_link(connection: Connection, token_digest: bytes, former_id: UUID) -> datetime:
    """Insert a token that proves the mailbox of a closed account; return its expiry."""
    expires_at: datetime = await connection.fetchval(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, now() + make_interval(days => $4)) RETURNING expires_at
        """,
        token_digest,
        FORMER_MAIL.name,
        former_id,
        LINK_DAYS,
    )
    return expires_at


async def find_link(
    connection: Connection, token_digest: bytes, account_id: UUID
) -> FormerLink | None:
    """Return the link if it concerns this account's NIR; its expiry is by the database's clock."""
    row = await connection.fetchrow(
        """
        SELECT f.id, f.holder_id, f.names_digest, f.email, t.used_at IS NOT NULL AS is_used,
               t.expires_at <= now() OR f.email IS NULL AS is_expired,
               f.holder_id <> a.holder_id AS is_unproved
        FROM bearer_token t
        JOIN former_account f ON f.id = t.subject_id
        JOIN account a USING (person_id)
        WHERE t.token_digest = $1 AND t.purpose = $2 AND a.id = $3
        """,
        token_digest,
        FORMER_MAIL.name,
        account_id,
    )
    if row is None:
        return None
    former = FormerAccount(row["id"], row["holder_id"], row["names_digest"], row["email"])
    return FormerLink(former, row["is_used"], row["is_expired"], row["is_unproved"])
