"""Mails held with a reason: for operators, without addresses."""

from __future__ import annotations

from web.core.bulk import bulk_connection
from web.core.mail import MAIL_JOB, enqueue_job
from web.settings import Settings


async def list_held(settings: Settings, *, requeue: bool) -> list[str]:
    """One line per held mail; with `requeue`, they are queued again first.

    Raises DatabaseUnavailableError.
    """
    async with bulk_connection(settings.database_url) as connection:
        if requeue:
            async with connection.transaction():
                rows = await connection.fetch(
                    """
                    UPDATE mail SET status = 'queued', reason = NULL, created_at = now()
                    WHERE status = 'held' RETURNING id
                    """
                )
                for row in rows:
                    await enqueue_job(connection, MAIL_JOB, row["id"])
        held = await connection.fetch(
            """
            SELECT id, kind, reason, attempts, created_at FROM mail
            WHERE status = 'held' ORDER BY created_at
            """
        )
    return [
        f"{row['created_at']:%Y-%m-%dT%H:%MZ}  {row['kind']:<20}  "
        f"{row['attempts']:>3} essais  {row['reason']}  {row['id']}"
        for row in held
    ]
