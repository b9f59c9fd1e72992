"""Sessions during their login: opened by the password, then completed by a code or abandoned."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.logins import LoginKind
from web.auth.sessions.queries import IS_LIVE
from web.core.db.command import Rotation
from web.core.db.connection import Connection
from web.core.rate_limit import SETTLED, Settlement

# Sessions of one login that await a code; anyone with the password could otherwise open any number.
MOST_INCOMPLETE = 10

# The CTEs of a complete login, with the arguments of CompletedLogin as $1 to $5. The browser is new
# to the owner when no login was made with its token from this kind of device: a cookie does not
# move to another browser by itself.
COMPLETED = f"""
    {SETTLED}, device AS (
        INSERT INTO known_device (token_digest, subject_digest, kind) VALUES ($3, $4, $5)
        ON CONFLICT (token_digest) DO UPDATE SET last_used_at = now(), kind = excluded.kind
        RETURNING old.kind IS DISTINCT FROM new.kind AS is_new
    )"""  # noqa: S608


class OpenResult(enum.Enum):
    """The outcome of opening a session."""

    REFUSED = "refused"
    OPENED = "opened"
    ALREADY_OPEN = "already open"


@dataclass(frozen=True)
class CompletedLogin:
    """A complete login: what becomes of its attempts, and its browser.

    `known_by` is the digest of the device token that makes the browser known to `subject`, and
    `device` the kind of device.
    """

    settlement: Settlement
    known_by: bytes
    subject: bytes
    device: str

    @property
    def arguments(self) -> tuple[object, ...]:
        """The arguments of COMPLETED."""
        return *self.settlement, self.known_by, self.subject, self.device


@dataclass(frozen=True)
class UnfinishedLogin:
    """A login that stopped before its code, with its time and its kind of device."""

    login_id: UUID
    device: str
    created_at: datetime


async def open_session(
    connection: Connection,
    token_digest: bytes,
    login_id: UUID,
    password_hash: str,
    device: str,
    *,
    complete: bool = True,
) -> OpenResult:
    """Open a session under its fresh token, unless the login no longer has that password hash.

    A session opened as complete also requires a login without a second factor; none is opened for a
    blocked login. The login is locked: a concurrent change of these either waits, then ends the
    session, or came first, and the session is refused. Only the newest MOST_INCOMPLETE incomplete
    sessions are kept.
    """
    row = await connection.fetchrow(
        """
        WITH locked AS (
            SELECT id FROM login
            WHERE id = $2 AND password_hash = $3 AND NOT ($5 AND totp_confirmed_at IS NOT NULL)
              AND blocked_at IS NULL
            FOR NO KEY UPDATE
        ), opened AS (
            INSERT INTO session (token_digest, login_id, device, is_complete)
            SELECT $1, id, $4, $5 FROM locked
            ON CONFLICT (token_digest) DO NOTHING RETURNING id
        )
        SELECT EXISTS (SELECT FROM locked) AS is_current, EXISTS (SELECT FROM opened) AS opened
        """,
        token_digest,
        login_id,
        password_hash,
        device,
        complete,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has its row
    if not row["is_current"]:
        return OpenResult.REFUSED
    if not complete:
        await _end_oldest_incomplete(connection, login_id)
    return OpenResult.OPENED if row["opened"] else OpenResult.ALREADY_OPEN


async def move_session(connection: Connection, login_id: UUID, rotation: Rotation) -> bool:
    """Move a session of this login to a new token, its login complete; return False if it is over.

    The earlier token stops working.
    """
    tag = await connection.execute(
        """
        UPDATE session SET token_digest = $3, is_complete = true
        WHERE token_digest = $2 AND login_id = $1
        """,
        login_id,
        rotation.earlier,
        rotation.newer,
    )
    return tag.endswith(" 1")


async def take_unfinished(connection: Connection, kind: LoginKind) -> UnfinishedLogin | None:
    """Delete and return one login that ended before its code; None when there is none.

    Its sessions from one kind of device count as one login, dated by the newest. No other worker
    gets it, unless the transaction is rolled back.
    """
    row = await connection.fetchrow(
        f"""
        WITH ended AS (
            SELECT s.id, s.login_id, s.device FROM session s JOIN login ON login.id = s.login_id
            WHERE login.kind = $1 AND login.totp_confirmed_at IS NOT NULL
              AND NOT s.is_complete AND NOT ({IS_LIVE})
            FOR UPDATE OF s SKIP LOCKED
        ), taken AS (
            DELETE FROM session WHERE id IN (
                SELECT id FROM ended WHERE (login_id, device) = (
                    SELECT login_id, device FROM ended ORDER BY id LIMIT 1))
            RETURNING login_id, device, created_at
        )
        SELECT login_id, device, max(created_at) AS created_at FROM taken GROUP BY login_id, device
        """,  # noqa: S608
        kind.value,
    )
    return UnfinishedLogin(**row) if row else None


async def _end_oldest_incomplete(connection: Connection, login_id: UUID) -> None:
    await connection.execute(
        """
        DELETE FROM session WHERE id IN (
            SELECT id FROM session WHERE login_id = $1 AND NOT is_complete
            ORDER BY created_at DESC, id DESC OFFSET $2)
        """,
        login_id,
        MOST_INCOMPLETE,
    )
