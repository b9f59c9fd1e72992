"""Mails that were not sent, with the reason: for operators, without addresses."""

from __future__ import annotations

from web.core.bulk import bulk_connection
from web.core.db import Record
from web.core.mail import MAIL_JOB, enqueue_job
from web.core.progress import NBSP
from web.settings import Settings


async def list_held(settings: Settings, *, requeue: bool) -> list[str]:
    """One line per held mail, then one per kind of those not sent to a mailbox that had many.

    With `requeue`, the held ones are queued again first; the others are not: their mailbox had
    others. Raises DatabaseUnavailableError.
    """
    async with bulk_connection(settings.database_url) as connection:
        if requeue:
            async with connection.transaction():
                rows = await connection.fetch(
                    """
                    UPDATE mail SET status = 'queued', reason = NULL, created_at = now(),
                                    due_at = now(), is_ours = false
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
        limited = await connection.fetch(
            """
            SELECT kind, status, count(*) AS number, count(DISTINCT mailbox) AS mailboxes,
                   max(created_at) AS last
            FROM mail WHERE status IN ('limited', 'grouped')
                        AND created_at > now() - interval '1 day'
            GROUP BY kind, status ORDER BY kind, status
            """
        )
    return [_held_line(row) for row in held] + [_limited_line(row) for row in limited]


def _held_line(row: Record) -> str:
    return (
        f"{row['created_at']:%Y-%m-%dT%H:%MZ}  {row['kind']:<20}  "
        f"{row['attempts']:>3} essais  {row['reason']}  {row['id']}"
    )


def _limited_line(row: Record) -> str:
    became = "groupés dans un autre" if row["status"] == "grouped" else "non envoyés"
    said = (
        f"{row['number']} en 24{NBSP}h pour {row['mailboxes']} boîte(s), {became}{NBSP}: "
        "trop pour une boîte"
    )
    return f"{row['last']:%Y-%m-%dT%H:%MZ}  {row['kind']:<20}  {said}"
