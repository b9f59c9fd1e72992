"""Mails promised to a worker that will be killed."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.support.programs.processes import Machines
from tests.support.programs.settings import make_settings
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import build_runtime
from web.signup.activation.mails import HOLDER_MAIL


async def write(machines: Machines, *recipients: str, delayed: bool = False) -> list[UUID]:
    """Enqueue mails that need no subject; if `delayed`, their jobs are not yet due."""
    runtime = build_runtime(make_settings(database_url=machines.database_url))
    async with machines.connection() as connection, connection.transaction():
        # Earlier mails do not count toward the mailbox limit.
        await connection.execute(
            """
            UPDATE mail SET due_at = created_at - interval '1 day'
            WHERE status = 'sent' AND due_at = created_at
            """
        )
        mails = [
            await enqueue_mail(
                runtime, connection, kind=HOLDER_MAIL, subject_id=uuid4(), recipient=recipient
            )
            for recipient in recipients
        ]
        if delayed:
            await connection.execute("UPDATE pgqueuer SET execute_after = now() + interval '1 day'")
        return mails
