"""The second factor of agents: its events and mails, and its removal by an operator."""

from __future__ import annotations

from uuid import UUID

from web.agents import invitation_queries, queries
from web.agents.invitations import UnknownAgentError
from web.agents.mails import SECOND_FACTOR_MAIL
from web.agents.queries import EventKind
from web.agents.records import AGENT_EMAIL
from web.auth.two_factor.rules import FactorEvent
from web.auth.two_factor.service import remove_lost
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.people.identity import email_digests


async def tell_factor(
    runtime: Runtime,
    connection: Connection,
    agent_id: UUID,
    email: str,
    event: FactorEvent,
    device: str,
) -> None:
    """Record a change of the second factor, and announce it to the agent by mail."""
    event_id = await queries.record_event(connection, agent_id, EventKind(event.value), device)
    await enqueue_mail(
        runtime, connection, kind=SECOND_FACTOR_MAIL, subject_id=event_id, recipient=email
    )


async def remove_lost_factor(runtime: Runtime, email: str) -> bool:
    """Remove a lost second factor, by an administrator's command, and end all sessions.

    Returns False when there was no second factor. Raises UnknownAgentError.
    """
    digests = email_digests(runtime.hasher, email)
    async with runtime.db.transaction() as connection:
        agent = await invitation_queries.lock_agent(connection, digests)
        if agent is None:
            raise UnknownAgentError
        if not agent.has_second_factor:
            return False
        await remove_lost(connection, agent.id)
        address = AGENT_EMAIL.open(runtime.vault, agent.email, id=agent.id)
        await tell_factor(runtime, connection, agent.id, address, FactorEvent.RESET, device="")
    return True
