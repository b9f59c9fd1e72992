"""Sessions of titulaires: rows found by the digest of the browser's token."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.accounts.identity import ACCOUNT_IDENTITY, Identity
from web.core.crypto import Vault
from web.core.db import Connection, Database, Record

IDLE_MINUTES = 30
ABSOLUTE_HOURS = 12
REMEMBERED_HOURS = 2 * ABSOLUTE_HOURS
TOUCH_SESSION = """
    UPDATE session SET last_seen_at = now() FROM account
    WHERE session.token_digest = $1 AND account.id = session.account_id
      AND session.last_seen_at > now() - make_interval(mins => $2)
      AND session.created_at > now() - make_interval(hours => $3)
    RETURNING account.id, account.person_id, account.identity, session.id AS session_id,
              EXISTS (SELECT FROM former_account f WHERE f.person_id = account.person_id
                      AND f.holder_id <> account.holder_id) AS has_former,
              CASE WHEN session.created_at < now() - make_interval(hours => $3, mins => -$2)
                   THEN session.created_at + make_interval(hours => $3) END AS ends_at
"""


@dataclass(frozen=True)
class SignedIn:
    """The titulaire whose session a request carries.

    `ends_at` is when it ends regardless of activity, once that is nearer than the idle timeout.
    `has_former`: an earlier account of the same NIR left data hidden from this one.
    """

    account_id: UUID
    person_id: UUID
    identity: Identity
    session_id: UUID
    ends_at: datetime | None = None
    has_former: bool = False

    @property
    def display_name(self) -> str:
        """The full name, as in the tutorial."""
        return self.identity.full_name


class OpenResult(enum.Enum):
    """The outcome of opening a session."""

    REFUSED = "refused"
    OPENED = "opened"
    ALREADY_OPEN = "already open"


def open_result(row: Record | None) -> OpenResult:
    """Return the outcome from `is_current` (the account has not changed since) and `opened`."""
    assert row is not None  # noqa: S101 - a SELECT without FROM has its row
    if not row["is_current"]:
        return OpenResult.REFUSED
    return OpenResult.OPENED if row["opened"] else OpenResult.ALREADY_OPEN


@dataclass(frozen=True)
class LiveSession:
    """An open session; pages name it by `id`, never by its token."""

    id: UUID
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this_one: bool


async def find_signed_in(db: Database, vault: Vault, token_digest: bytes) -> SignedIn | None:
    """Return the titulaire of a live session, and update its last activity in one statement."""
    row = await db.fetchrow(TOUCH_SESSION, token_digest, IDLE_MINUTES, ABSOLUTE_HOURS)
    if row is None:
        return None
    identity = ACCOUNT_IDENTITY.open(vault, row["identity"], id=row["id"])
    return SignedIn(
        row["id"],
        row["person_id"],
        identity,
        row["session_id"],
        row["ends_at"],
        row["has_former"],
    )


async def open_session(
    connection: Connection, token_digest: bytes, account_id: UUID, password_hash: str, device: str
) -> OpenResult:
    """Start a session under its fresh token, if the account still has that password hash.

    The account is locked: a concurrent password change either comes later and ends the session,
    or came first and the session is refused.
    """
    row = await connection.fetchrow(
        """
        WITH locked AS (
            SELECT id FROM account WHERE id = $2 AND password_hash = $3 FOR NO KEY UPDATE
        ), opened AS (
            INSERT INTO session (token_digest, account_id, device) SELECT $1, id, $4 FROM locked
            ON CONFLICT (token_digest) DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM locked) AS is_current, EXISTS (SELECT FROM opened) AS opened
        """,
        token_digest,
        account_id,
        password_hash,
        device,
    )
    return open_result(row)


async def has_live_session(connection: Connection, token_digest: bytes) -> bool:
    """Return whether a titulaire or an agent is logged in under this token."""
    found: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM (
                SELECT token_digest, last_seen_at, created_at FROM session
                UNION ALL SELECT token_digest, last_seen_at, created_at FROM professional_session
            ) AS sessions
            WHERE token_digest = $1 AND last_seen_at > now() - make_interval(mins => $2)
              AND created_at > now() - make_interval(hours => $3)
        )
        """,
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
    return found


async def close_session(connection: Connection, token_digest: bytes, device: str) -> None:
    """Log out: end one session and record it in the history, unless it had already expired.

    A cookie replayed afterwards finds nothing.
    """
    await connection.execute(
        """
        WITH ended AS (
            DELETE FROM session WHERE token_digest = $1
            RETURNING account_id, last_seen_at > now() - make_interval(mins => $3)
                  AND created_at > now() - make_interval(hours => $4) AS was_open
        )
        INSERT INTO event (person_id, kind, actor, device)
        SELECT person_id, 'logout', 'titulaire', $2
        FROM account JOIN ended ON account.id = ended.account_id WHERE was_open
        """,
        token_digest,
        device,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )


async def list_live_sessions(
    connection: Connection, account_id: UUID, token_digest: bytes
) -> list[LiveSession]:
    """Return the open sessions of an account: this one first, then the most recently active."""
    rows = await connection.fetch(
        """
        SELECT id, device, created_at, last_seen_at, token_digest = $2 AS is_this_one
        FROM session
        WHERE account_id = $1 AND last_seen_at > now() - make_interval(mins => $3)
          AND created_at > now() - make_interval(hours => $4)
        ORDER BY is_this_one DESC, last_seen_at DESC, id
        """,
        account_id,
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
    return [LiveSession(**row) for row in rows]


async def move_session(connection: Connection, earlier: bytes, newer: bytes) -> None:
    """Continue a session under a new token; the earlier one stops working."""
    await connection.execute(
        "UPDATE session SET token_digest = $2 WHERE token_digest = $1", earlier, newer
    )


async def purge_sessions(connection: Connection) -> None:
    """Delete sessions REMEMBERED_HOURS old: until then a late form can find its account."""
    await connection.execute(
        "DELETE FROM session WHERE created_at < now() - make_interval(hours => $1)",
        REMEMBERED_HOURS,
    )
