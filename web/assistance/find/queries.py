"""Queries of `account find`: they change nothing, and lock nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection

MAIL_DAYS = 7
MOST_MAILS = 20
# One SELECT for each value: a single condition over both tables could use no index.
LIST_FORMER = """
    SELECT id, nullif(opened_at, '-infinity') AS opened_at, closed_at FROM (
        SELECT f.id, f.opened_at, f.closed_at
        FROM person JOIN former_account f ON f.person_id = person.id
        WHERE person.nir_digest = $1
        UNION ALL
        SELECT id, opened_at, closed_at FROM former_account WHERE id BETWEEN $2 AND $3
    ) AS found
    ORDER BY closed_at DESC
"""


@dataclass(frozen=True)
class LoginState:
    """The state of the login of an open account."""

    opened_at: datetime
    blocked_at: datetime | None
    second_factor_at: datetime | None
    recovery_codes: int
    has_password: bool
    last_login_at: datetime | None


@dataclass(frozen=True)
class FormerState:
    """A closed account."""

    id: UUID
    opened_at: datetime | None
    closed_at: datetime


@dataclass(frozen=True)
class PendingRegistration:
    """A registration that waits for its mailed link."""

    submitted_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class OwnChange:
    """A change of address that the titulaire asked for alone; `email` is sealed."""

    id: UUID
    email: bytes
    expires_at: datetime


@dataclass(frozen=True)
class SentMail:
    """A mail of the last days, without its address."""

    kind: str
    status: str
    reason: str | None
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True)
class ReachedLimit:
    """A limit that is reached, by its bucket, until it ends."""

    bucket: bytes
    until: datetime


async def find_login_state(connection: Connection, login_id: UUID) -> LoginState | None:
    """Return the state of a login; None once its account is closed."""
    row = await connection.fetchrow(
        """
        SELECT coalesce(account.created_at, professional.invited_at) AS opened_at,
            login.blocked_at, login.totp_confirmed_at AS second_factor_at,
            (SELECT count(*) FROM recovery_code c
             WHERE c.login_id = login.id AND c.used_at IS NULL)::int AS recovery_codes,
            login.password_hash IS NOT NULL AS has_password,
            CASE login.kind WHEN 'agent'
                THEN (SELECT max(occurred_at) FROM professional_event
                      WHERE professional_id = login.id AND kind = 'login')
                ELSE (SELECT max(occurred_at) FROM seen_event e
                      WHERE e.person_id = account.person_id AND e.kind = 'login')
            END AS last_login_at
        FROM login LEFT JOIN account ON account.id = login.id
        LEFT JOIN professional ON professional.id = login.id
        WHERE login.id = $1
        """,
        login_id,
    )
    return LoginState(**row) if row else None


async def list_former(
    connection: Connection, nir_digest: bytes, first: UUID | None, last: UUID | None
) -> list[FormerState]:
    """Return the closed accounts of a NIR, or those whose ids are in a range; the newest first.

    Only one of the two is given: the NIR is b"", or the range None.
    """
    rows = await connection.fetch(LIST_FORMER, nir_digest, first, last)
    return [FormerState(**row) for row in rows]


async def list_registrations(
    connection: Connection, nir_digest: bytes, email_digests: Sequence[bytes]
) -> list[PendingRegistration]:
    """Return the registrations of a NIR or an address that wait for their link."""
    rows = await connection.fetch(
        """
        SELECT submitted_at, expires_at FROM registration
        WHERE status = 'submitted' AND expires_at > now()
          AND (nir_digest = $1 OR email_digest = ANY ($2::bytea[]))
        ORDER BY submitted_at
        """,
        nir_digest,
        email_digests,
    )
    return [PendingRegistration(**row) for row in rows]


async def find_own_change(connection: Connection, account_id: UUID) -> OwnChange | None:
    """Return the change of address that a titulaire asked for and has not confirmed."""
    row = await connection.fetchrow(
        """
        SELECT id, email, expires_at FROM email_change
        WHERE account_id = $1 AND expires_at > now()
        """,
        account_id,
    )
    return OwnChange(**row) if row else None


async def list_mails(connection: Connection, mailboxes: Sequence[bytes]) -> list[SentMail]:
    """Return the mails of the last days to these mailboxes, the newest first."""
    rows = await connection.fetch(
        """
        SELECT kind, status, reason, created_at, next_attempt_at, sent_at FROM mail
        WHERE mailbox = ANY ($1::bytea[]) AND created_at > now() - make_interval(days => $2)
        ORDER BY created_at DESC, id LIMIT $3
        """,
        mailboxes,
        MAIL_DAYS,
        MOST_MAILS,
    )
    return [SentMail(**row) for row in rows]


async def list_reached(
    connection: Connection, buckets: Sequence[bytes], hits: Sequence[int]
) -> list[ReachedLimit]:
    """Return those of these limits, of so many hits each, that are reached now."""
    rows = await connection.fetch(
        """
        SELECT bucket, window_end AS until FROM rate_limit
        JOIN unnest($1::bytea[], $2::int[]) AS asked (bucket, most) USING (bucket)
        WHERE hits >= most AND window_end > now()
        ORDER BY window_end
        """,
        buckets,
        hits,
    )
    return [ReachedLimit(bytes(row["bucket"]), row["until"]) for row in rows]


async def list_devices(connection: Connection, subject: bytes) -> list[bytes]:
    """Return the digests of the device tokens that an account knows."""
    rows = await connection.fetch(
        "SELECT token_digest FROM known_device WHERE subject_digest = $1", subject
    )
    return [bytes(row["token_digest"]) for row in rows]
