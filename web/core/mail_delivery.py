"""The worker's side of a mail: compose, hand over, note what became of it.

Every mail ends `sent`, or `held` with a reason. A copy can only come from a crash between the
server's 250 and our note of it, or from a worker started as a database comes back that was away
for longer than a heartbeat; both copies have the same Message-ID and both their links work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import structlog
from jinja2 import Environment

from web.core.db import Connection, DatabaseUnavailableError
from web.core.logging import where_it_failed
from web.core.mail import MAIL_JOB, Composer, Letter, Mail, enqueue_job, recipient_context
from web.core.message import build_message
from web.core.runtime import Runtime
from web.core.smtp import PermanentMailError, SmtpConnections, TemporaryMailError
from web.core.turns import Turn

log = structlog.get_logger("mail")

DELAYS = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300, 600, 1800, 3600))
AFTER_SURPRISE = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=4)
MARK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True)
class Backoff:
    """How long to wait after each failed attempt; the last delay repeats."""

    delays: tuple[timedelta, ...] = DELAYS
    give_up_after: timedelta = field(default=GIVE_UP_AFTER)
    after_surprise: timedelta = field(default=AFTER_SURPRISE)

    def after(self, attempts: int) -> timedelta:
        """The wait before the next attempt, `attempts` being those made."""
        return self.delays[min(attempts, len(self.delays)) - 1]


class MailDelivery:
    """Carries out mail jobs."""

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
        self._is_hurried = asyncio.Event()

    def hurry(self) -> None:
        """The worker must stop: wait no longer for a server or a database that does not answer."""
        self._is_hurried.set()
        self._smtp.interrupt()

    async def deliver(self, mail_id: UUID) -> timedelta | None:
        """Try once. Returns the delay before the next try, None when the mail is settled.

        Raises DatabaseUnavailableError.
        """
        try:
            return await self._attempt(mail_id)
        except DatabaseUnavailableError:
            raise
        except Exception as error:  # a defect of ours, or a row sealed with a lost key
            log.error("mail failed", mail=str(mail_id), **where_it_failed(error))
            reason = f"unexpected {type(error).__name__}"
            surprise = TemporaryMailError(reason, is_ours=True)
            return await self._retry_later(mail_id, self._backoff.after_surprise, surprise)

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
            await self._hold(mail, f"refused {error}")
            return None
        except TemporaryMailError as error:
            return await self._retry_later(mail.id, self._backoff.after(mail.attempts), error)
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
        )

    async def _mark_sent(self, mail: Mail) -> None:
        """Note it, however long the database is away: unnoted, the mail would be sent again."""
        while True:
            try:
                async with self._runtime.db.connection() as connection:
                    await connection.execute(
                        """
                        UPDATE mail SET status = 'sent', sent_at = now(), reason = NULL,
                            is_ours = false
                        WHERE id = $1
                        """,
                        mail.id,
                    )
                break
            except DatabaseUnavailableError:
                if self._is_hurried.is_set():
                    raise
                with suppress(TimeoutError):
                    async with asyncio.timeout(MARK_AGAIN_SECONDS):
                        await self._is_hurried.wait()
        log.info("mail sent", mail=str(mail.id), kind=mail.kind, attempt=mail.attempts)

    async def _hold(self, mail: Mail, reason: str) -> None:
        async with self._runtime.db.connection() as connection:
            await connection.execute(
                """
                UPDATE mail SET status = 'held', reason = $2, is_ours = false WHERE id = $1
                """,
                mail.id,
                reason,
            )
        log.warning("mail held", mail=str(mail.id), kind=mail.kind, reason=reason)

    async def _retry_later(
        self, mail_id: UUID, delay: timedelta, error: TemporaryMailError
    ) -> timedelta | None:
        """Another try after `delay`, unless it has been too long by the database's clock."""
        async with self._runtime.db.connection() as connection:
            row = await connection.fetchrow(
                """
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
                """,
                mail_id,
                str(error),
                delay,
                self._backoff.give_up_after,
                error.is_ours,
            )
        if row is None:
            return None
        held = row["status"] == "held"
        event = "mail held" if held else "mail delayed"
        where = "ours" if error.is_ours else "theirs"
        log.warning(event, mail=str(mail_id), kind=row["kind"], reason=str(error), fault=where)
        return None if held else delay


async def requeue_orphans(connection: Connection) -> int:
    """Queue again what nothing would carry out any more; returns how many mails had no job.

    Ours never end failed, they ask to be tried again; but the queue marks them so when it cannot
    note that wish (the database refused writes), and drops them when it is cancelled. To be
    called within a transaction; workers take turns.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", Turn.REQUEUE_MAILS)
    await connection.execute(
        """
        UPDATE pgqueuer
        SET status = 'queued', execute_after = now(), updated = now(), queue_manager_id = NULL
        WHERE status = 'failed'
        """
    )
    rows = await connection.fetch(
        """
        SELECT id, greatest(next_attempt_at - now(), interval '0') AS wait FROM mail
        WHERE status IN ('queued', 'retrying') AND NOT EXISTS (
            SELECT FROM pgqueuer job
            WHERE job.entrypoint = $1 AND job.payload = uuid_send(mail.id)
              AND job.status IN ('queued', 'picked')
        )
        """,
        MAIL_JOB,
    )
    for row in rows:
        await enqueue_job(connection, MAIL_JOB, row["id"], row["wait"])
    return len(rows)


async def _begin_attempt(runtime: Runtime, connection: Connection, mail_id: UUID) -> Mail | None:
    """Count the attempt; None when the mail is settled already (a job picked up twice)."""
    row = await connection.fetchrow(
        """
        UPDATE mail SET attempts = attempts + 1, next_attempt_at = NULL
        WHERE id = $1 AND status IN ('queued', 'retrying')
        RETURNING id, kind, subject_id, recipient, message_id, attempts, created_at,
                  due_at > created_at AS was_put_off
        """,
        mail_id,
    )
    if row is None:
        return None
    values = dict(row)
    # After the update: a mail that is being grouped into this one has been waited for.
    grouped = await _grouped_into(connection, mail_id) if values.pop("was_put_off") else ()
    box = bytes(row["recipient"])
    address = runtime.vault.open(box, recipient_context(mail_id)).decode()
    return Mail(**{**values, "recipient": address, "grouped": grouped})


async def _grouped_into(connection: Connection, mail_id: UUID) -> tuple[UUID, ...]:
    rows = await connection.fetch(
        "SELECT subject_id FROM mail WHERE told_by = $1 ORDER BY created_at, id", mail_id
    )
    return tuple(row["subject_id"] for row in rows)
