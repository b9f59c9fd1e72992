"""Acts of an access manager on the access of the colleagues of their organisation.

Each act locks the organisation, so that two managers never remove one another, then the manager's
session, and checks the role again. Only then are other agents locked.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from uuid import UUID

import structlog

from web.agents.access import queries
from web.agents.access.mails import ELSEWHERE_MAIL
from web.agents.access.records import WAITING_EMAIL, AccessEvent
from web.agents.invitations.queries import KnownAgent, find_agent, lock_colleague
from web.agents.invitations.service import change_role, close_access, find_or_add, send_link
from web.agents.kind import AGENT
from web.agents.records import Agent
from web.auth.logins import is_blocked
from web.auth.password.credentials import require_recent_password
from web.auth.sessions.queries import lock_session
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.rate_limit import DAY, Limit
from web.core.runtime import Runtime
from web.people.identity import email_digest, email_digests

log = structlog.get_logger("professionals")

# Each sends a mail.
INVITATIONS = Limit("invitations per organisation", 30, DAY)


class NotManagerError(Exception):
    """The agent is no longer an access manager."""


class UnknownColleagueError(Exception):
    """The organisation has no such agent, or none whom the act is possible for."""


class AlreadyColleagueError(Exception):
    """The organisation's agent of this address has chosen a password, or is blocked."""


class BlockedColleagueError(Exception):
    """The service has blocked this colleague, and alone changes their access."""


class LastManagerError(Exception):
    """The organisation would be left without an access manager."""


async def invite_colleague(
    runtime: Runtime, agent: Agent, email: str, password: str, command: Command
) -> None:
    """Invite an address; the answer does not reveal that it is another organisation's.

    `password` is needed unless the session's is recent. Raises AlreadyDoneError,
    WrongPasswordError, AlreadyColleagueError, NotManagerError, SessionOverError,
    TooManyAttemptsError, HashingOverloadedError.
    """
    await require_recent_password(runtime, AGENT, agent, password, command)
    async with _counted(runtime, agent), runtime.db.once(command) as connection:
        await _lock_manager(connection, agent)
        await _invite(runtime, connection, agent, email, command.device)
    log.info("colleague invited", by=str(agent.id))


async def invite_again(
    runtime: Runtime, agent: Agent, colleague_id: UUID, password: str, command: Command
) -> None:
    """Send an invitation again; the earlier link stops working.

    `password` is needed unless the session's is recent. Raises AlreadyDoneError,
    WrongPasswordError, UnknownColleagueError, AlreadyColleagueError, NotManagerError,
    SessionOverError, TooManyAttemptsError, HashingOverloadedError.
    """
    await require_recent_password(runtime, AGENT, agent, password, command)
    async with _counted(runtime, agent), runtime.db.once(command) as connection:
        await _lock_manager(connection, agent)
        email = await queries.find_waiting_email(
            connection, runtime.vault, agent.organisation_id, colleague_id
        )
        if email is None:
            known = await _lock(connection, agent, colleague_id)
            email = known.account(runtime.vault).email
        await _invite(runtime, connection, agent, email, command.device)
    log.info("colleague invited again", by=str(agent.id))


async def withdraw_colleague(
    runtime: Runtime, agent: Agent, colleague_id: UUID, password: str, command: Command
) -> None:
    """Close the account of a colleague, or of the manager themself, at once.

    `password` is needed unless the session's is recent. Raises AlreadyDoneError,
    WrongPasswordError, UnknownColleagueError, BlockedColleagueError, LastManagerError,
    NotManagerError, SessionOverError, TooManyAttemptsError, HashingOverloadedError.
    """
    await require_recent_password(runtime, AGENT, agent, password, command)
    async with runtime.db.once(command) as connection:
        await _lock_manager(connection, agent)
        if not await queries.delete_waiting(connection, agent.organisation_id, colleague_id):
            known = await _lock_unblocked(connection, agent, colleague_id)
            await _check_not_last(connection, agent, known.id)
            await close_access(runtime, connection, known)
        if colleague_id != agent.id:
            await _record(connection, agent, AccessEvent.COLLEAGUE_WITHDRAWN, command, colleague_id)


async def change_colleague_role(
    runtime: Runtime,
    agent: Agent,
    colleague_id: UUID,
    password: str,
    command: Command,
    *,
    is_manager: bool,
) -> None:
    """Make a colleague who has chosen a password an access manager, or no longer.

    `password` is needed unless the session's is recent. Raises as withdraw_colleague does.
    """
    await require_recent_password(runtime, AGENT, agent, password, command)
    async with runtime.db.once(command) as connection:
        await _lock_manager(connection, agent)
        known = await _lock_unblocked(connection, agent, colleague_id)
        if is_manager and not known.has_password:
            raise UnknownColleagueError
        if not is_manager:
            await _check_not_last(connection, agent, known.id)
        is_changed = await change_role(
            runtime, connection, known, command.device, agent.id, is_manager=is_manager
        )
        if is_changed and known.id != agent.id:
            given, removed = (
                AccessEvent.COLLEAGUE_MANAGER_GIVEN,
                AccessEvent.COLLEAGUE_MANAGER_REMOVED,
            )
            await _record(connection, agent, given if is_manager else removed, command, known.id)


async def is_last_manager(runtime: Runtime, agent: Agent) -> bool:
    """Return whether nobody else manages the access of the organisation."""
    return not await queries.has_other_manager(runtime.db, agent.organisation_id, agent.id)


def _counted(runtime: Runtime, agent: Agent) -> AbstractAsyncContextManager[object]:
    """Count an invitation, unless the colleague is not one to invite."""
    unless = (AlreadyColleagueError, UnknownColleagueError)
    return runtime.limits.counted((INVITATIONS, str(agent.organisation_id)), unless=unless)


async def _lock_manager(connection: Connection, agent: Agent) -> None:
    await queries.lock_organisation(connection, agent.organisation_id)
    await lock_session(connection, agent.id, agent.session_id)
    if not await queries.is_manager(connection, agent.id):
        raise NotManagerError


async def _lock(connection: Connection, agent: Agent, colleague_id: UUID) -> KnownAgent:
    known = await lock_colleague(connection, agent.organisation_id, colleague_id)
    if known is None:
        raise UnknownColleagueError
    return known


async def _lock_unblocked(connection: Connection, agent: Agent, colleague_id: UUID) -> KnownAgent:
    """Lock a colleague; one whom the service has blocked could otherwise be invited afresh."""
    known = await _lock(connection, agent, colleague_id)
    if await is_blocked(connection, known.id):
        raise BlockedColleagueError
    return known


async def _check_not_last(connection: Connection, agent: Agent, leaving_id: UUID) -> None:
    """Check that a manager remains; whoever acts is one, and can only remove themself last."""
    if leaving_id == agent.id and not await queries.has_other_manager(
        connection, agent.organisation_id, agent.id
    ):
        raise LastManagerError


async def _invite(
    runtime: Runtime, connection: Connection, agent: Agent, email: str, device: str
) -> None:
    # Another organisation's agent is not locked: two managers who invite one another, each holding
    # their own login, would wait for each other.
    known = await find_agent(connection, email_digests(runtime.hasher, email))
    if known is None or known.organisation_id == agent.organisation_id:
        known, _ = await find_or_add(runtime, connection, agent.organisation_id, email)
    if known.organisation_id == agent.organisation_id:
        # A blocked account is the service's to open again, never a manager's.
        if known.has_password or await is_blocked(connection, known.id):
            raise AlreadyColleagueError
        await send_link(runtime, connection, known, device, agent.id)
        invited_id = known.id
    else:
        invited_id = await _wait(runtime, connection, agent, known, email)
    event = AccessEvent.COLLEAGUE_INVITED
    await queries.add_event(connection, agent.id, event, device, invited_id)


async def _wait(
    runtime: Runtime, connection: Connection, agent: Agent, known: KnownAgent, email: str
) -> UUID:
    """Save an invitation that opens nothing, and inform the agent of the other organisation."""
    waiting_id = runtime.randomness.uuid()
    waiting_id = await queries.save_waiting(
        connection,
        waiting_id,
        agent.organisation_id,
        email_digest(runtime.hasher, email),
        WAITING_EMAIL.seal(runtime.vault, email, id=waiting_id),
    )
    await enqueue_mail(
        runtime,
        connection,
        kind=ELSEWHERE_MAIL,
        subject_id=waiting_id,
        recipient=known.account(runtime.vault).email,
    )
    return waiting_id


async def _record(
    connection: Connection, agent: Agent, event: AccessEvent, command: Command, other_id: UUID
) -> None:
    await queries.add_event(connection, agent.id, event, command.device, other_id)
