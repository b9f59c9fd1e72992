"""List of the mails that were not sent, with the reason and without addresses, for operators."""

from __future__ import annotations

from uuid import UUID

from web.core.cli.progress import counted
from web.core.db.bulk import bulk_connection
from web.core.db.connection import Record
from web.core.mail import queries
from web.core.mail.outgoing import MAIL_JOB, enqueue_job
from web.core.text import NBSP
from web.settings import Settings

# Prefixes of `mail.reason`, in French.
REASONS = {
    "gave up: ": f"abandonné après plusieurs jours{NBSP}: ",
    "refused ": f"refusé par le serveur{NBSP}: ",
    "unexpected ": f"erreur du programme{NBSP}: ",
    "obsolete": "devenu sans objet",
}


async def list_held(settings: Settings, *, requeue: bool) -> list[str]:
    """Return one line per held mail, then one per kind and status of those a rate limit stopped.

    With `requeue`, the held mails are queued again first, and a first line gives their number;
    the limited ones are not: their mailbox received others. Raises DatabaseUnavailableError.
    """
    requeued: list[UUID] = []
    async with bulk_connection(settings.direct_url) as connection:
        if requeue:
            async with connection.transaction():
                requeued = await queries.requeue_held(connection)
                for mail_id in requeued:
                    await enqueue_job(connection, MAIL_JOB, mail_id)
        held = await queries.list_held(connection)
        limited = await queries.count_limited(connection)
    requeued_count = counted(len(requeued), "courriel remis", "courriels remis")
    return [
        *([f"{requeued_count} dans la file d’envoi."] if requeued else []),
        *(_held_line(row) for row in held),
        *(_limited_line(row) for row in limited),
    ]


def _held_line(row: Record) -> str:
    return (
        f"{row['created_at']:%Y-%m-%dT%H:%MZ}  {row['kind']:<20}  "
        f"{counted(row['attempts'], 'essai'):>9}  {in_french(row['reason'])}  {row['id']}"
    )


def in_french(reason: str) -> str:
    """Translate the reason of a held mail; error codes and names are left as they are."""
    for prefix, translation in REASONS.items():
        reason = reason.replace(prefix, translation)
    return reason


def _limited_line(row: Record) -> str:
    plural = "s" if row["number"] > 1 else ""
    outcome = (
        f"groupé{plural} avec d’autres" if row["status"] == "grouped" else f"non envoyé{plural}"
    )
    summary = (
        f"{counted(row['number'], 'courriel')} en 24{NBSP}h pour "
        f"{counted(row['mailboxes'], 'boîte')}, {outcome}{NBSP}: trop de courriels pour une boîte"
    )
    return f"{row['last']:%Y-%m-%dT%H:%MZ}  {row['kind']:<20}  {summary}"
