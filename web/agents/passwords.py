"""An agent's password: its verification, and what a new one has of its own."""

from __future__ import annotations

from uuid import UUID

from web.agents import queries
from web.agents.limits import CODE_TRIES, PASSWORD_TRIES
from web.agents.mails import PASSWORD_CHANGED_MAIL
from web.agents.queries import EventKind
from web.agents.records import Agent, AgentAccount
from web.auth.kinds import PasswordEvent, PasswordKind
from web.auth.logins import LoginKind
from web.auth.password.credentials import confirm_in_session
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.runtime import Runtime


async def confirm_password(runtime: Runtime, agent: Agent, password: str, command: Command) -> None:
    """Check the current password, before an action that a session alone must not authorise.

    Raises AlreadyDoneError, WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """
    await confirm_in_session(runtime, agent.session_id, password, command, agent.id)


async def _record(
    connection: Connection, agent: AgentAccount, event: PasswordEvent, device: str
) -> UUID:
    return await queries.record_event(connection, agent.id, EventKind(event.value), device)


PASSWORDS = PasswordKind(
    LoginKind.AGENT, (PASSWORD_TRIES, CODE_TRIES), _record, PASSWORD_CHANGED_MAIL
)
