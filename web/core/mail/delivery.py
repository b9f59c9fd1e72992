"""Delivery of mail by the worker: compose, send, record the outcome.

Every mail ends `sent`, or `held` with a reason. A duplicate can only result from a crash between
the server's 250 and our record of it, or from a worker starting as the database recovers from an
outage longer than a heartbeat; both copies have the same Message-ID and both their links work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import structlog
from jinja2 import Environment

from web.core.crypto.digests import email_digest
from web.core.db.advisory_locks import AdvisoryLock, lock_until_commit
from web.core.db.connection import Connection
from web.core.db.database import DatabaseUnavailableError
from web.core.jobs.queries import requeue_failed
from web.core.mail import queries
from web.core.mail.backoff import Backoff
from web.core.mail.message import build_message
from web.core.mail.outgoing import MAIL_JOB, RECIPIENT, Composer, Letter, Mail, enqueue_job
from web.core.mail.smtp import PermanentMailError, SmtpConnections, TemporaryMailError
from web.core.ops.logging import where_it_failed
from web.core.runtime import Runtime

log = structlog.get_logger("mail")

MARK_AGAIN_SECONDS = 0.5


class MailDelivery:
    """The handler of mail jobs."""

    def __init__(
        self,
        runtime: Runtime,
        smtp: SmtpConnections,
        templates: Environment,
        composers: Mapping[str, Composer],
        backoff: Backoff | None = None,
    ) -> None:
        self._runtime = runtime
        self._smtp = smtp
        self._templates = templates
        self._composers = composers
        self._backoff = backoff or Backoff()
        self._stop_requested = asyncio.Event()

    def request_stop(self) -> None:
        """Request a stop: wait no longer for a server or a database that does not answer."""
        self._stop_requested.set()
        self._smtp.interrupt()

    async def deliver(self, mail_id: UUID) -> timedelta | None:
        """Attempt once; return the delay before the next attempt, None when the mail is settled.

        Raises DatabaseUnavailableError.
        """
        try:
            return await self._attempt(mail_id)
        except DatabaseUnavailableError:
            raise
        except Exception as error:  # a bug, or a row sealed with a lost key
            log.error("mail failed", mail=str(mail_id), **where_it_failed(error))
            reason = f"unexpected {type(error).__name__}"
            failure = TemporaryMailError(reason, is_ours=True)
            return await self._retry_later(mail_id, b"", self._backoff.after_unexpected, failure)

    async def _attempt(self, mail_id: UUID) -> timedelta | None:
        async with self._runtime.db.transaction() as connection:
            mail = await _begin_attempt(self._runtime, connection, mail_id)
            if mail is None:
                return None
            letter = await self._composers[mail.kind](self._runtime, connection, mail)
        if letter is None:
            await self._hold(mail, "obsolete")
            return None
        try:
            await self._smtp.send(self._message(mail, letter))
        except PermanentMailError as error:
            await self._hold(mail, f"refused {error}", is_refused=True)
            return None
        except TemporaryMailError as error:
            digest, delay = self._digest(mail), self._backoff.after(mail.attempts)
            return await self._retry_later(mail.id, digest, delay, error)
        await self._mark_sent(mail)
        return None

    def _message(self, mail: Mail, letter: Letter) -> EmailMessage:
        context = {
            "repeats": len(mail.grouped),
            **letter.context,
            "public_url": self._runtime.settings.public_url,
        }

        def part(suffix: str) -> str:
            return self._templates.get_template(f"mail/{letter.template}.{suffix}").render(context)

        return build_message(
            sender=self._runtime.settings.mail_from,
            recipient=mail.recipient,
            message_id=mail.message_id,
            subject=part("subject.txt"),
            text=part("txt"),
            html=part("html"),
            clock=self._runtime.clock,
            unsubscribe_url=letter.unsubscribe_url,
            reply_to=letter.reply_to,
        )

    def _digest(self, mail: Mail) -> bytes:
        return email_digest(self._runtime.hasher, mail.recipient)

    async def _mark_sent(self, mail: Mail) -> None:
        """Record the sending, even after a long outage: else the mail would be sent again."""
        while True:
            try:
                await queries.mark_sent(self._runtime.db, mail.id, self._digest(mail))
                break
            except DatabaseUnavailableError:
                if self._stop_requested.is_set():
                    raise
                with suppress(TimeoutError):
                    async with asyncio.timeout(MARK_AGAIN_SECONDS):
                        await self._stop_requested.wait()
        log.info("mail sent", mail=str(mail.id), kind=mail.kind, attempt=mail.attempts)

    async def _hold(self, mail: Mail, reason: str, *, is_refused: bool = False) -> None:
        digest = self._digest(mail) if is_refused else b""
        await queries.mark_held(self._runtime.db, mail.id, reason, digest)
        log.warning("mail held", mail=str(mail.id), kind=mail.kind, reason=reason)

    async def _retry_later(
        self, mail_id: UUID, digest: bytes, delay: timedelta, error: TemporaryMailError
    ) -> timedelta | None:
        """Schedule a retry after `delay`; hold the mail once `give_up_after` has passed.

        An address is unreachable once a mail to it is held, unless the delay is on our side.

        Returns the delay, None when the mail is settled. Ages are by the database's clock.
        """
        row = await queries.mark_delayed(
            self._runtime.db,
            mail_id,
            str(error),
            b"" if error.is_ours else digest,
            delay=delay,
            give_up_after=self._backoff.give_up_after,
            is_ours=error.is_ours,
        )
        if row is None:
            return None
        held = row["status"] == "held"
        event = "mail held" if held else "mail delayed"
        fault = "ours" if error.is_ours else "theirs"
        log.warning(event, mail=str(mail_id), kind=row["kind"], reason=str(error), fault=fault)
        return None if held else delay


async def requeue_orphans(connection: Connection) -> int:
    """Enqueue again the jobs that were lost; return how many mails had none.

    Our jobs never fail, they request a retry; but the queue marks them failed when it cannot record
    that request (the database refused writes), and drops them when it is cancelled. To be called
    within a transaction; an advisory lock serialises the workers.
    """
    await lock_until_commit(connection, AdvisoryLock.REQUEUE_MAILS)
    await requeue_failed(connection)
    rows = await queries.list_orphans(connection, MAIL_JOB)
    for row in rows:
        await enqueue_job(connection, MAIL_JOB, row["id"], row["wait"])
    return len(rows)


async def _begin_attempt(runtime: Runtime, connection: Connection, mail_id: UUID) -> Mail | None:
    """Count the attempt and return the mail; None when it is settled (a job picked up twice)."""
    row = await queries.begin_attempt(connection, mail_id)
    if row is None:
        return None
    values = dict(row)
    # After the update, whose row lock waits for a mail being grouped into this one.
    grouped = await queries.list_grouped(connection, mail_id) if values.pop("was_put_off") else ()
    address = RECIPIENT.open(runtime.vault, row["recipient"], id=mail_id)
    return Mail(**{**values, "recipient": address, "grouped": grouped})
