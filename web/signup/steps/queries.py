"""Queries on registrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.sessions.queries import TOUCH_SECONDS
from web.core.db.connection import Connection, Record

IDLE_MINUTES = 60
LINK_DAYS = 15
# For how long a person who comes back still gets an explanation.
REMEMBERED_HOURS = 24
USED_LINK_REMEMBERED_DAYS = 60


@dataclass(frozen=True)
class Registration:
    """A registration; `draft` and `identity` are encrypted, `now` is the database's clock."""

    id: UUID
    browser_digest: bytes
    status: str
    draft: bytes | None
    identity: bytes | None
    captcha_passed_at: datetime | None
    password_hash: str | None
    terms_version: str
    terms_accepted_at: datetime
    submitted_at: datetime | None
    expires_at: datetime | None
    is_expired: bool
    now: datetime

    @property
    def is_submitted(self) -> bool:
        """Return whether the fourth step was submitted."""
        return self.status != "open"

    @property
    def waits_for_its_link(self) -> bool:
        """Return whether the mailed link can still open the account."""
        return self.status == "submitted" and not self.is_expired


# As with sessions, the last action may be TOUCH_SECONDS later than `last_action_at`.
EXPIRED = f"now() - interval '{IDLE_MINUTES * 60 + TOUCH_SECONDS} seconds'"
COLUMNS = f"""
    id, browser_digest, status, draft, identity, captcha_passed_at, password_hash, terms_version,
    terms_accepted_at, submitted_at, expires_at, now() AS now,
    CASE status WHEN 'open' THEN last_action_at <= {EXPIRED}
                ELSE expires_at <= now() END AS is_expired
"""


async def touch_registration(connection: Connection, browser: bytes) -> Registration | None:
    """Return the browser's registration, and restart its idle timeout unless it has run out.

    The commit of that write is not waited for: never call it within a transaction.
    """
    row = await connection.fetchrow(
        f"""
        WITH found AS (SELECT {COLUMNS} FROM registration WHERE browser_digest = $1), touched AS (
            UPDATE registration AS r SET last_action_at = now() FROM found
            WHERE r.id = found.id AND r.last_action_at > {EXPIRED}
              AND r.last_action_at < now() - interval '{TOUCH_SECONDS} seconds'
            RETURNING set_config('synchronous_commit', 'off', true))
        SELECT * FROM found
        """,  # noqa: S608
        browser,
    )
    return _registration(row)


async def lock_registration(connection: Connection, registration_id: UUID) -> Registration | None:
    """Lock the registration until the transaction ends, and return it."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM registration WHERE id = $1 FOR UPDATE",  # noqa: S608
        registration_id,
    )
    return _registration(row)


async def find_registration(connection: Connection, registration_id: UUID) -> Registration | None:
    """Return the registration, without a lock."""
    row = await connection.fetchrow(
        f"SELECT {COLUMNS} FROM registration WHERE id = $1",  # noqa: S608
        registration_id,
    )
    return _registration(row)


async def start_registration(
    connection: Connection, registration_id: UUID, browser: bytes, terms_version: str
) -> None:
    """Record the acceptance of the terms; a later one replaces it in the same registration."""
    await connection.execute(
        """
        INSERT INTO registration (id, browser_digest, terms_version) VALUES ($1, $2, $3)
        ON CONFLICT (browser_digest) DO UPDATE
        SET terms_version = excluded.terms_version, terms_accepted_at = now(),
            last_action_at = now()
        """,
        registration_id,
        browser,
        terms_version,
    )


async def save_draft(connection: Connection, registration_id: UUID, draft: bytes) -> None:
    """Save the values as typed, encrypted."""
    await connection.execute(
        "UPDATE registration SET draft = $2 WHERE id = $1", registration_id, draft
    )


async def save_identity(
    connection: Connection,
    registration_id: UUID,
    *,
    draft: bytes,
    identity: bytes,
    nir_digest: bytes,
    email_digest: bytes,
    keep_password: bool,
) -> None:
    """Save a valid identity; delete the password unless `keep_password`."""
    await connection.execute(
        """
        UPDATE registration
        SET draft = $2, identity = $3, nir_digest = $4, email_digest = $5,
            captcha_passed_at = coalesce(captcha_passed_at, now()),
            password_hash = CASE WHEN $6 THEN password_hash END
        WHERE id = $1
        """,
        registration_id,
        draft,
        identity,
        nir_digest,
        email_digest,
        keep_password,
    )


async def save_password(connection: Connection, registration_id: UUID, password_hash: str) -> None:
    """Save the hash, if the registration is still open."""
    await connection.execute(
        "UPDATE registration SET password_hash = $2 WHERE id = $1 AND status = 'open'",
        registration_id,
        password_hash,
    )


async def mark_submitted(connection: Connection, registration_id: UUID) -> None:
    """Mark the registration as submitted: the link is valid LINK_DAYS; delete the draft."""
    await connection.execute(
        """
        UPDATE registration
        SET status = 'submitted', submitted_at = now(), draft = NULL,
            expires_at = now() + make_interval(days => $2)
        WHERE id = $1
        """,
        registration_id,
        LINK_DAYS,
    )


async def mark_activated(connection: Connection, registration_id: UUID) -> None:
    """Mark the registration as activated, and delete the data now in the account."""
    await connection.execute(
        """
        UPDATE registration
        SET status = 'activated', activated_at = now(), identity = NULL, password_hash = NULL,
            nir_digest = NULL, email_digest = NULL
        WHERE id = $1
        """,
        registration_id,
    )


async def leave_registration(
    connection: Connection, browser: bytes, detached_digest: bytes
) -> None:
    """Detach the browser from its expired or submitted registration, so that it can start another.

    An expired one is deleted; a submitted one stays, under a digest that no browser has.
    """
    await connection.execute(
        f"""
        DELETE FROM registration WHERE browser_digest = $1 AND status = 'open'
               AND last_action_at <= {EXPIRED}
        """,  # noqa: S608
        browser,
    )
    await connection.execute(
        """
        UPDATE registration SET browser_digest = $2
        WHERE browser_digest = $1 AND status <> 'open'
        """,
        browser,
        detached_digest,
    )


async def forget_registration(connection: Connection, browser: bytes) -> None:
    """Delete an open registration that the person abandons."""
    await connection.execute(
        "DELETE FROM registration WHERE browser_digest = $1 AND status = 'open'", browser
    )


async def purge_registrations(connection: Connection) -> None:
    """Erase the personal data of expired registrations; delete the rows some time later."""
    await connection.execute(
        f"""
        UPDATE registration SET draft = NULL, identity = NULL, password_hash = NULL,
               nir_digest = NULL, email_digest = NULL
        WHERE (draft IS NOT NULL OR identity IS NOT NULL OR password_hash IS NOT NULL)
          AND ((status = 'open' AND last_action_at <= {EXPIRED})
               OR (status = 'submitted' AND expires_at <= now()))
        """  # noqa: S608
    )
    await connection.execute(
        """
        DELETE FROM registration
        WHERE (status = 'open' AND last_action_at < now() - make_interval(hours => $1))
           OR (status <> 'open' AND expires_at < now() - make_interval(days => $2))
        """,
        REMEMBERED_HOURS,
        USED_LINK_REMEMBERED_DAYS,
    )


def _registration(row: Record | None) -> Registration | None:
    return Registration(**row) if row else None
