"""Outgoing mail as an outbox: written with the data it announces, sent by a worker.

`enqueue_mail` runs in the caller's transaction: the data, the mail and its job are committed
together. The job's payload is the mail's id, nothing else. The content is composed on sending, so
that a link's token exists only in memory and in the message; the database stores its hash.

It is also the one place that rate-limits mail per mailbox (web.core.mail.kinds). A mail over the
limit keeps its row: it is delayed, `grouped` into another, or `limited` with a reason.
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

from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.db.advisory_locks import lock_until_commit
from web.core.db.connection import Connection
from web.core.mail import queries
from web.core.mail.kinds import DAY, MailKind, OverLimit
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email, mailbox_of

MAIL_JOB = "mail"
TOO_MANY = "too many to this mailbox"
REPLACED = "too many to this mailbox: a newer one leaves in its place"
RECIPIENT = SealedColumn("mail", "recipient", "mail.recipient:{id}", TEXT)


@dataclass(frozen=True)
class Mail:
    """A mail to send, or sent; `grouped` are the subjects of the mails grouped into it."""

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
        """All the subjects it covers, oldest first."""
        return (self.subject_id, *self.grouped)


@dataclass(frozen=True)
class Letter:
    """The content of a mail: a template of templates/mail/, its context, and who gets an answer.

    `reply_to` is a valid address, or '' when answers go to the sender. `unsubscribe_url` stops
    mails of this kind: by a page, and by a POST without a page (RFC 8058).
    """

    template: str
    context: Mapping[str, Any]
    reply_to: str = ""
    unsubscribe_url: str = ""


@dataclass(frozen=True)
class _Disposition:
    """The status of a new mail, and when it may be sent: after `wait`, at `due`."""

    status: str
    due: datetime
    wait: timedelta = timedelta(0)
    told_by: UUID | None = None
    reason: str | None = None


# Reads the letter's data and stores what its links need (a token's hash), in one transaction.
# Returns None when there is nothing left to say: the mail is held with the reason "obsolete".
Composer = Callable[[Runtime, Connection, Mail], Awaitable[Letter | None]]


@dataclass(frozen=True)
class MailState:
    """The state of a mail, as shown to the person; `is_ours`: the delay is on our side."""

    status: str
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    is_ours: bool

    @property
    def is_settled(self) -> bool:
        """Return whether the status is final."""
        return self.status in ("sent", "held", "limited")

    @property
    def is_put_off(self) -> bool:
        """Return whether the rate limit of its mailbox delays it."""
        return self.status == "queued" and self.next_attempt_at is not None


async def enqueue_mail(
    runtime: Runtime, connection: Connection, *, kind: MailKind, subject_id: UUID, recipient: str
) -> UUID:
    """Insert a mail and its job; to be called within a transaction, at its end.

    Locks this kind of mail to this mailbox until the transaction ends.
    """
    mail_id = runtime.randomness.uuid()
    # Notices go to a confirmed address, in one spelling: similar ones must not share its limit.
    counted_as = folded_email if kind.over_limit is OverLimit.GROUP else mailbox_of
    mailbox = runtime.hasher.digest("mailbox", counted_as(recipient))
    disposition = await _decide(connection, mailbox, kind)
    domain = runtime.settings.mail_from.rpartition("@")[2]
    new = queries.NewMail(
        id=mail_id,
        kind=kind.name,
        subject_id=subject_id,
        recipient=RECIPIENT.seal(runtime.vault, recipient, id=mail_id),
        message_id=f"<{mail_id.hex}@{domain}>",
        mailbox=mailbox,
        status=disposition.status,
        told_by=disposition.told_by,
        reason=disposition.reason,
        due_at=disposition.due,
    )
    await queries.insert_mail(connection, new)
    if disposition.status == "queued":
        await enqueue_job(connection, MAIL_JOB, mail_id, disposition.wait, priority=kind.priority)
    return mail_id


async def enqueue_job(
    connection: Connection,
    entrypoint: str,
    subject_id: UUID,
    after: timedelta = timedelta(0),
    *,
    priority: int = 0,
) -> None:
    """Enqueue a job about one row, in the caller's transaction, to run `after` that delay."""
    queue = Queries(AsyncpgDriver(connection))
    await queue.enqueue(entrypoint, subject_id.bytes, priority, execute_after=after)


async def _decide(connection: Connection, mailbox: bytes, kind: MailKind) -> _Disposition:
    """Decide whether another mail of this kind is sent, delayed, grouped or dropped."""
    if kind.is_counted:
        await _lock_mailbox(connection, mailbox, kind)
    now, earlier = await queries.list_due(connection, mailbox, kind.name, DAY)
    due = kind.due(now, earlier)
    if due <= now:
        return _Disposition("queued", now)
    if kind.over_limit is OverLimit.DROP:
        return _Disposition("limited", now, reason=TOO_MANY)
    waiting = await queries.lock_waiting(connection, mailbox, kind.name)
    if waiting is not None and kind.over_limit is OverLimit.GROUP:
        return _Disposition("grouped", due, told_by=waiting)
    if waiting is not None:
        due = await queries.mark_replaced(connection, waiting, REPLACED)
    return _Disposition("queued", due, max(due - now, timedelta(0)))


async def _lock_mailbox(connection: Connection, mailbox: bytes, kind: MailKind) -> None:
    digest = sha256(mailbox + kind.name.encode()).digest()
    await lock_until_commit(connection, int.from_bytes(digest[:8], "big", signed=True))


def masked_email(address: str, *, with_domain: bool = False) -> str:
    """Mask an address so that only its owner recognises it: `t••••@g••••.com`.

    `with_domain` shows the whole domain, for its owner to see whether it is mistyped.
    """
    local, _, domain = address.rpartition("@")
    if with_domain:
        return re.sub(r"\s", "", f"{local[:1]}••••@{domain}")
    name, _, suffix = domain.rpartition(".")
    return re.sub(r"\s", "", f"{local[:1]}••••@{name[:1]}••••.{suffix}")
