"""Queries on the mails to send, sent or held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from web.core.db.connection import Connection, Record


@dataclass(frozen=True)
class NewMail:
    """A mail to insert; `recipient` is sealed, `mailbox` a keyed digest."""

    id: UUID
    kind: str
    subject_id: UUID
    recipient: bytes
    message_id: str
    mailbox: bytes
    status: str
    told_by: UUID | None
    reason: str | None
    due_at: datetime


async def insert_mail(connection: Connection, mail: NewMail) -> None:
    """Add a mail; one that is queued for later waits until it is due."""
    await connection.execute(
        """
        INSERT INTO mail (id, kind, subject_id, recipient, message_id, mailbox, status, told_by,
                          reason, due_at, next_attempt_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz,
                CASE WHEN $7 = 'queued' AND $10 > now() THEN $10 END)
        """,
        mail.id,
        mail.kind,
        mail.subject_id,
        mail.recipient,
        mail.message_id,
        mail.mailbox,
        mail.status,
        mail.told_by,
        mail.reason,
        mail.due_at,
    )


async def list_due(
    connection: Connection, mailbox: bytes, kind: str, within: timedelta
) -> tuple[datetime, Sequence[datetime]]:
    """Return the database's time, and when the mails to a mailbox were due, the last one first."""
    row = await connection.fetchrow(
        """
        SELECT now() AS now, array_agg(due_at ORDER BY due_at DESC) AS earlier FROM mail
        WHERE mailbox = $1 AND kind = $2 AND due_at > now() - $3::interval
              AND status NOT IN ('limited', 'grouped')
        """,
        mailbox,
        kind,
        within,
    )
    assert row is not None  # noqa: S101 - an aggregate has its row
    return row["now"], row["earlier"] or ()


async def lock_waiting(connection: Connection, mailbox: bytes, kind: str) -> UUID | None:
    """Lock the delayed mail that no worker has started, so that none starts it meanwhile."""
    mail_id: UUID | None = await connection.fetchval(
        """
        SELECT id FROM mail
        WHERE mailbox = $1 AND kind = $2 AND status = 'queued' AND attempts = 0
              AND due_at > created_at
        ORDER BY due_at DESC LIMIT 1 FOR UPDATE
        """,
        mailbox,
        kind,
    )
    return mail_id


async def mark_replaced(connection: Connection, mail_id: UUID, reason: str) -> datetime:
    """Mark a delayed mail as replaced by a newer one; return when it was due."""
    due: datetime = await connection.fetchval(
        """
        UPDATE mail SET status = 'limited', reason = $2, next_attempt_at = NULL WHERE id = $1
        RETURNING due_at
        """,
        mail_id,
        reason,
    )
    return due


async def begin_attempt(connection: Connection, mail_id: UUID) -> Record | None:
    """Count an attempt and return the mail; None when it is settled."""
    return await connection.fetchrow(
        """
        UPDATE mail SET attempts = attempts + 1, next_attempt_at = NULL
        WHERE id = $1 AND status IN ('queued', 'retrying')
        RETURNING id, kind, subject_id, recipient, message_id, attempts, created_at,
                  due_at > created_at AS was_put_off
        """,
        mail_id,
    )


async def list_grouped(connection: Connection, mail_id: UUID) -> tuple[UUID, ...]:
    """Return the subjects of the mails grouped into this one, oldest first."""
    rows = await connection.fetch(
        "SELECT subject_id FROM mail WHERE told_by = $1 ORDER BY created_at, id", mail_id
    )
    return tuple(row["subject_id"] for row in rows)


async def mark_sent(connection: Connection, mail_id: UUID, email_digest: bytes) -> None:
    """Mark a mail as sent, and its address as reachable."""
    await connection.execute(
        """
        WITH reached AS (DELETE FROM unreachable_address WHERE email_digest = $2)
        UPDATE mail SET status = 'sent', sent_at = now(), reason = NULL, is_ours = false
        WHERE id = $1
        """,
        mail_id,
        email_digest,
    )


async def mark_held(
    connection: Connection, mail_id: UUID, reason: str, email_digest: bytes
) -> None:
    """Mark a mail as held, for an operator to see.

    `email_digest` is that of the address that refused it, empty if none did.
    """
    await connection.execute(
        """
        WITH refused AS (
            INSERT INTO unreachable_address (email_digest) SELECT $3 WHERE $3::bytea <> ''
            ON CONFLICT (email_digest) DO UPDATE SET refused_at = now()
        )
        UPDATE mail SET status = 'held', reason = $2, is_ours = false WHERE id = $1
        """,
        mail_id,
        reason,
        email_digest,
    )


async def mark_delayed(
    connection: Connection,
    mail_id: UUID,
    reason: str,
    email_digest: bytes,
    *,
    delay: timedelta,
    give_up_after: timedelta,
    is_ours: bool,
) -> Record | None:
    """Delay a mail, or hold it at this age; return `status` and `kind`, None when it is settled.

    `email_digest` is that of the address that did not accept it, empty if the delay is ours.
    """
    return await connection.fetchrow(
        """
        WITH delayed AS (
            UPDATE mail SET
                status = CASE WHEN created_at < now() - $4::interval
                         THEN 'held' ELSE 'retrying' END,
                reason = CASE WHEN created_at < now() - $4::interval
                         THEN 'gave up: ' || $2 ELSE $2 END,
                next_attempt_at = CASE WHEN created_at < now() - $4::interval
                                  THEN NULL ELSE now() + $3::interval END,
                is_ours = $5
            WHERE id = $1 AND status IN ('queued', 'retrying')
            RETURNING status, kind
        ), refused AS (
            INSERT INTO unreachable_address (email_digest)
            SELECT $6 FROM delayed WHERE status = 'held' AND $6::bytea <> ''
            ON CONFLICT (email_digest) DO UPDATE SET refused_at = now()
        )
        SELECT status, kind FROM delayed
        """,
        mail_id,
        reason,
        delay,
        give_up_after,
        is_ours,
        email_digest,
    )


async def list_orphans(connection: Connection, entrypoint: str) -> list[Record]:
    """Return the mails to send that have no job: `id`, and `wait` until the next attempt."""
    return await connection.fetch(
        """
        SELECT id, greatest(next_attempt_at - now(), interval '0') AS wait FROM mail
        WHERE status IN ('queued', 'retrying') AND NOT EXISTS (
            SELECT FROM pgqueuer job
            WHERE job.entrypoint = $1 AND job.payload = uuid_send(mail.id)
              AND job.status IN ('queued', 'picked')
        )
        """,
        entrypoint,
    )


async def requeue_held(connection: Connection) -> list[UUID]:
    """Queue every held mail again; return their ids."""
    rows = await connection.fetch(
        """
        UPDATE mail SET status = 'queued', reason = NULL, created_at = now(),
                        due_at = now(), is_ours = false
        WHERE status = 'held' RETURNING id
        """
    )
    return [row["id"] for row in rows]


async def list_held(connection: Connection) -> list[Record]:
    """Return the held mails, oldest first, without their addresses."""
    return await connection.fetch(
        """
        SELECT id, kind, reason, attempts, created_at FROM mail
        WHERE status = 'held' ORDER BY created_at
        """
    )


async def count_limited(connection: Connection) -> list[Record]:
    """Count the mails of a day that a rate limit stopped, by kind and status."""
    return await connection.fetch(
        """
        SELECT kind, status, count(*) AS number, count(DISTINCT mailbox) AS mailboxes,
               max(created_at) AS last
        FROM mail WHERE status IN ('limited', 'grouped')
                    AND created_at > now() - interval '1 day'
        GROUP BY kind, status ORDER BY kind, status
        """
    )
