"""Mail as an intent: written with the data it tells about, carried out by a worker.

`enqueue_mail` runs in the caller's transaction: the data, the mail and its job exist together or
not at all. The job's payload is the mail's id, nothing else. The content is composed when it is
sent, so that a link's token exists only in memory and in the letter; the database has its hash.

It is also the one place that limits what a mailbox gets (web.core.mail_kinds). A mail beyond the
limit keeps its row: it leaves later, or is `grouped` into another, or `limited` with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from web.core.db import Connection
from web.core.key_rotation import SealedColumn
from web.core.mail_kinds import DAY, Beyond, MailKind
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email, mailbox_of

MAIL_JOB = "mail"
TOO_MANY = "too many to this mailbox"
REPLACED = "too many to this mailbox: a newer one leaves in its place"
RECIPIENT = SealedColumn("mail", "recipient", "mail.recipient:{id}")


@dataclass(frozen=True)
class Mail:
    """A mail that must be sent, or was; `grouped` are the subjects of those it also tells of."""

    id: UUID
    kind: str
    subject_id: UUID
    recipient: str
    message_id: str
    attempts: int
    created_at: datetime
    grouped: tuple[UUID, ...] = ()

    @property
    def subjects(self) -> tuple[UUID, ...]:
        """All that it tells of, oldest first."""
        return (self.subject_id, *self.grouped)


@dataclass(frozen=True)
class Letter:
    """What a composer decided to write: the name of a template in templates/mail/ and its words."""

    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class _Place:
    """What becomes of a mail, and when it may leave: after `wait`, at `due`."""

    status: str
    due: datetime
    wait: timedelta = timedelta(0)
    told_by: UUID | None = None
    reason: str | None = None


# Reads what the letter needs and leaves what it promises (a token's hash), in one transaction.
# None when there is no longer anything to say: the mail is then held with the reason "obsolete".
Composer = Callable[[Runtime, Connection, Mail], Awaitable[Letter | None]]


@dataclass(frozen=True)
class MailState:
    """What the person may be told about a mail; `is_ours`: what delays it is ours to repair."""

    status: str
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    is_ours: bool

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.status in ("sent", "held", "limited")

    @property
    def is_put_off(self) -> bool:
        """Return whether it leaves later because its mailbox had many."""
        return self.status == "queued" and self.next_attempt_at is not None


async def enqueue_mail(
    runtime: Runtime, connection: Connection, *, kind: MailKind, subject_id: UUID, recipient: str
) -> UUID:
    """Write the intent to send a mail and its job; to be called within a transaction, at its end.

    Mails of one kind to one mailbox take turns until the transaction ends.
    """
    mail_id = UUID(bytes=runtime.randomness.bytes(16), version=4)
    # Notices go to a confirmed address, in one spelling: a neighbour's count is not theirs.
    counted_as = folded_email if kind.beyond is Beyond.GROUP else mailbox_of
    mailbox = runtime.hasher.digest("mailbox", counted_as(recipient))
    place = await _find_place(connection, mailbox, kind)
    domain = runtime.settings.mail_from.rpartition("@")[2]
    await connection.execute(
        """
        INSERT INTO mail (id, kind, subject_id, recipient, message_id, mailbox, status, told_by,
                          reason, due_at, next_attempt_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz,
                CASE WHEN $7 = 'queued' AND $10 > now() THEN $10 END)
        """,
        mail_id,
        kind.name,
        subject_id,
        runtime.vault.seal(recipient.encode(), recipient_context(mail_id)),
        f"<{mail_id.hex}@{domain}>",
        mailbox,
        place.status,
        place.told_by,
        place.reason,
        place.due,
    )
    if place.status == "queued":
        await enqueue_job(connection, MAIL_JOB, mail_id, place.wait)
    return mail_id


async def enqueue_job(
    connection: Connection, entrypoint: str, subject_id: UUID, after: timedelta = timedelta(0)
) -> None:
    """Queue a job about one row, in the caller's transaction, to be done `after` that long."""
    queue = Queries(AsyncpgDriver(connection))
    await queue.enqueue(entrypoint, subject_id.bytes, execute_after=after)


async def _find_place(connection: Connection, mailbox: bytes, kind: MailKind) -> _Place:
    """Decide what becomes of one more mail of this kind to this mailbox."""
    if kind.is_counted:
        await _lock_mailbox(connection, mailbox, kind)
    now, due = await _find_due(connection, mailbox, kind)
    if due <= now:
        return _Place("queued", now)
    if kind.beyond is Beyond.DROP:
        return _Place("limited", now, reason=TOO_MANY)
    waiting = await _hold_waiting(connection, mailbox, kind)
    if waiting is not None and kind.beyond is Beyond.GROUP:
        return _Place("grouped", due, told_by=waiting["id"])
    if waiting is not None:
        due = await _take_place(connection, waiting["id"])
    return _Place("queued", due, max(due - now, timedelta(0)))


async def _lock_mailbox(connection: Connection, mailbox: bytes, kind: MailKind) -> None:
    """A statement of its own, for the next one to see what the lock's last holder wrote."""
    digest = sha256(mailbox + kind.name.encode()).digest()
    await connection.execute(
        "SELECT pg_advisory_xact_lock($1)", int.from_bytes(digest[:8], "big", signed=True)
    )


async def _find_due(
    connection: Connection, mailbox: bytes, kind: MailKind
) -> tuple[datetime, datetime]:
    """Now by the database's clock, and when another mail of this kind may leave."""
    row = await connection.fetchrow(
        """
        SELECT now() AS now, array_agg(due_at ORDER BY due_at DESC) AS earlier FROM mail
        WHERE mailbox = $1 AND kind = $2 AND due_at > now() - $3::interval
              AND status NOT IN ('limited', 'grouped')
        """,
        mailbox,
        kind.name,
        DAY,
    )
    assert row is not None  # noqa: S101 - an aggregate has its row
    now: datetime = row["now"]
    return now, kind.due(now, row["earlier"] or ())


async def _hold_waiting(
    connection: Connection, mailbox: bytes, kind: MailKind
) -> Mapping[str, Any] | None:
    """The mail that was put off and is not begun; the worker does not begin it meanwhile."""
    return await connection.fetchrow(
        """
        SELECT id FROM mail
        WHERE mailbox = $1 AND kind = $2 AND status = 'queued' AND attempts = 0
              AND due_at > created_at
        ORDER BY due_at DESC LIMIT 1 FOR UPDATE
        """,
        mailbox,
        kind.name,
    )


async def _take_place(connection: Connection, waiting_id: UUID) -> datetime:
    """Leave in place of a mail that waits; returns when."""
    due: datetime = await connection.fetchval(
        """
        UPDATE mail SET status = 'limited', reason = $2, next_attempt_at = NULL WHERE id = $1
        RETURNING due_at
        """,
        waiting_id,
        REPLACED,
    )
    return due


def recipient_context(mail_id: UUID) -> str:
    """Binds the sealed address to its row."""
    return RECIPIENT.context_of({"id": mail_id})


def masked_email(address: str) -> str:
    """An address its owner recognises and nobody else learns: `t••••@g••••.com`."""
    local, _, domain = address.rpartition("@")
    name, _, suffix = domain.rpartition(".")
    return re.sub(r"\s", "", f"{local[:1]}••••@{name[:1]}••••.{suffix}")
