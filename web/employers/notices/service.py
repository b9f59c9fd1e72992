"""Enqueuing of the mails about délégations to the agents of an employer.

An employer may be granted many at a time: one mail an hour groups them.
"""

from __future__ import annotations

from uuid import UUID

from web.agents.records import AGENT_EMAIL
from web.core.db.advisory_locks import AdvisoryLock, try_lock_until_commit
from web.core.db.connection import Connection
from web.core.mail.kinds import MailKind, grouped_notice
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.employers.notices import queries

# The subject of these mails is a délégation.
GRANTED_MAIL = grouped_notice("employer-delegation-granted")
ENDED_MAIL = grouped_notice("employer-delegation-ended")
# Délégations that reached their last day and are announced in one transaction.
AT_ONCE = 100


async def notify_of_grant(runtime: Runtime, delegation_id: UUID) -> None:
    """Enqueue the mails about a granted délégation, once; a job of the worker."""
    async with runtime.db.transaction() as connection:
        await _enqueue(runtime, connection, GRANTED_MAIL, delegation_id)


async def notify_of_end(runtime: Runtime, delegation_id: UUID) -> None:
    """Enqueue the mails about a délégation that ended, once; a job of the worker."""
    async with runtime.db.transaction() as connection:
        await _enqueue(runtime, connection, ENDED_MAIL, delegation_id)


async def notify_of_last_days(runtime: Runtime) -> None:
    """Enqueue the mails about délégations whose last day has passed."""
    # A délégation whose agents have unreadable addresses stays in the list: pages go past it.
    after: UUID | None = UUID(int=0)
    while after is not None:
        after = await _notify_some(runtime, after)


async def _notify_some(runtime: Runtime, after: UUID) -> UUID | None:
    """Enqueue those of the next page; return its last délégation, None if no page follows."""
    async with runtime.db.transaction() as connection:
        if not await try_lock_until_commit(connection, AdvisoryLock.ENDED_DELEGATIONS):
            return None
        ended = await queries.list_ended(connection, ENDED_MAIL.name, after, AT_ONCE)
        for delegation_id in ended:
            await _enqueue(runtime, connection, ENDED_MAIL, delegation_id)
    return ended[-1] if len(ended) == AT_ONCE else None


async def _enqueue(
    runtime: Runtime, connection: Connection, kind: MailKind, delegation_id: UUID
) -> None:
    for agent in await queries.lock_recipients(connection, delegation_id, kind.name):
        email = AGENT_EMAIL.read(runtime.vault, agent.email, id=agent.id)
        if email is not None:
            await enqueue_mail(
                runtime, connection, kind=kind, subject_id=delegation_id, recipient=email
            )
