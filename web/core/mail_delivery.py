"""The worker's side of a mail: compose, hand over, note what became of it.

Every mail ends `sent`, or `held` with a reason. A copy can only come from a crash between the
server's 250 and our note of it; both copies have the same Message-ID and both their links work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import structlog
from jinja2 import Environment

from web.core.db import Connection
from web.core.mail import Composer, Letter, Mail, recipient_context
from web.core.runtime import Runtime
from web.core.smtp import PermanentMailError, SmtpConnections, TemporaryMailError, build_message

log = structlog.get_logger("mail")

DELAYS = tuple(timedelta(seconds=s) for s in (15, 30, 60, 120, 300, 600, 1800, 3600))
GIVE_UP_AFTER = timedelta(days=4)


@dataclass(frozen=True)
class Backoff:
    """How long to wait after each failed attempt; the last delay repeats."""

    delays: tuple[timedelta, ...] = DELAYS
    give_up_after: timedelta = field(default=GIVE_UP_AFTER)

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

    async def deliver(self, mail_id: UUID) -> timedelta | None:
        """Try once. Returns the delay before the next try, None when the mail is settled."""
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
            return await self._retry_later(mail, str(error))
        await self._mark_sent(mail)
        return None

    def _message(self, mail: Mail, letter: Letter) -> EmailMessage:
        context = {**letter.context, "public_url": self._runtime.settings.public_url}

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
        async with self._runtime.db.connection() as connection:
            await connection.execute(
                "UPDATE mail SET status = 'sent', sent_at = now(), reason = NULL WHERE id = $1",
                mail.id,
            )
        log.info("mail sent", mail=str(mail.id), kind=mail.kind, attempt=mail.attempts)

    async def _hold(self, mail: Mail, reason: str) -> None:
        async with self._runtime.db.connection() as connection:
            await connection.execute(
                "UPDATE mail SET status = 'held', reason = $2 WHERE id = $1", mail.id, reason
            )
        log.warning("mail held", mail=str(mail.id), kind=mail.kind, reason=reason)

    async def _retry_later(self, mail: Mail, code: str) -> timedelta | None:
        if self._runtime.clock.now() - mail.created_at > self._backoff.give_up_after:
            await self._hold(mail, f"gave up: {code}")
            return None
        delay = self._backoff.after(mail.attempts)
        async with self._runtime.db.connection() as connection:
            await connection.execute(
                """
                UPDATE mail SET status = 'retrying', reason = $2, next_attempt_at = now() + $3
                WHERE id = $1
                """,
                mail.id,
                code,
                delay,
            )
        log.warning("mail delayed", mail=str(mail.id), kind=mail.kind, reason=code)
        return delay


async def _begin_attempt(runtime: Runtime, connection: Connection, mail_id: UUID) -> Mail | None:
    """Count the attempt; None when the mail is settled already (a job picked up twice)."""
    row = await connection.fetchrow(
        """
        UPDATE mail SET attempts = attempts + 1, next_attempt_at = NULL
        WHERE id = $1 AND status IN ('queued', 'retrying')
        RETURNING id, kind, subject_id, recipient, message_id, attempts, created_at
        """,
        mail_id,
    )
    if row is None:
        return None
    box = bytes(row["recipient"])
    address = runtime.vault.open(box, recipient_context(mail_id)).decode()
    return Mail(**{**row, "recipient": address})
