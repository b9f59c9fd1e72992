"""Mail as an intent: written with the data it tells about, carried out by a worker.

`enqueue_mail` runs in the caller's transaction: the data, the mail and its job exist together or
not at all. The job's payload is the mail's id, nothing else. The content is composed when it is
sent, so that a link's token exists only in memory and in the letter; the database has its hash.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from web.core.db import Connection
from web.core.key_rotation import SealedColumn
from web.core.runtime import Runtime

MAIL_JOB = "mail"
RECIPIENT = SealedColumn("mail", "recipient", "mail.recipient:{id}")


@dataclass(frozen=True)
class Mail:
    """A mail that must be sent, or was."""

    id: UUID
    kind: str
    subject_id: UUID
    recipient: str
    message_id: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True)
class Letter:
    """What a composer decided to write: the name of a template in templates/mail/ and its words."""

    template: str
    context: Mapping[str, Any]


# Reads what the letter needs and leaves what it promises (a token's hash), in one transaction.
# None when there is no longer anything to say: the mail is then held with the reason "obsolete".
Composer = Callable[[Runtime, Connection, Mail], Awaitable[Letter | None]]


@dataclass(frozen=True)
class MailState:
    """What the person may be told about a mail."""

    status: str
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.status in ("sent", "held")


async def enqueue_mail(
    runtime: Runtime, connection: Connection, *, kind: str, subject_id: UUID, recipient: str
) -> UUID:
    """Write the intent to send a mail and its job; to be called within a transaction."""
    mail_id = UUID(bytes=runtime.randomness.bytes(16), version=4)
    domain = runtime.settings.mail_from.rpartition("@")[2]
    await connection.execute(
        """
        INSERT INTO mail (id, kind, subject_id, recipient, message_id)
        VALUES ($1, $2, $3, $4, $5)
        """,
        mail_id,
        kind,
        subject_id,
        runtime.vault.seal(recipient.encode(), recipient_context(mail_id)),
        f"<{mail_id.hex}@{domain}>",
    )
    await enqueue_job(connection, MAIL_JOB, mail_id)
    return mail_id


async def enqueue_job(connection: Connection, entrypoint: str, subject_id: UUID) -> None:
    """Queue a job about one row, in the caller's transaction."""
    queue = Queries(AsyncpgDriver(connection))
    await queue.enqueue(entrypoint, subject_id.bytes)


def recipient_context(mail_id: UUID) -> str:
    """Binds the sealed address to its row."""
    return RECIPIENT.context_of({"id": mail_id})


def masked_email(address: str) -> str:
    """An address its owner recognises and nobody else learns: `t••••@g••••.com`."""
    local, _, domain = address.rpartition("@")
    name, _, suffix = domain.rpartition(".")
    return re.sub(r"\s", "", f"{local[:1]}••••@{name[:1]}••••.{suffix}")
