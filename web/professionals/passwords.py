"""An agent's password: its verification and replacement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.auth.logins import LoginKind, set_password
from web.auth.password.credentials import confirm_in_session
from web.auth.reset.links import LinkState
from web.auth.reset.queries import void_links
from web.auth.sessions.known_devices import forget_devices
from web.auth.sessions.queries import revoke_sessions
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.professionals import queries
from web.professionals.agents import Agent, login_subject
from web.professionals.limits import forget_attempts
from web.professionals.mails import PASSWORD_CHANGED_MAIL
from web.professionals.queries import EventKind


@dataclass(frozen=True)
class NewPassword:
    """A new password hash; `kind` and `device` record how and where it was chosen.

    `keep` is the session that continues, `keep_devices` the digests of its browser's device tokens.
    """

    agent_id: UUID
    email: str
    password_hash: str
    kind: EventKind
    device: str
    keep: bytes | None = None
    keep_devices: Sequence[bytes] = ()


async def confirm_password(runtime: Runtime, agent: Agent, password: str, command: Command) -> None:
    """Check the current password, before an action that a session alone must not authorise.

    Raises AlreadyDoneError, WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """
    await confirm_in_session(runtime, agent.session_id, password, command, agent.id)


async def replace_password(runtime: Runtime, connection: Connection, change: NewPassword) -> None:
    """Set the password; end the sessions, links and known devices of the previous one.

    To be called in a transaction. The login is written first, so that a concurrent login with
    the old password waits, then fails. A first password sends no mail: its owner just chose it.
    """
    await set_password(connection, change.agent_id, change.password_hash)
    await revoke_sessions(connection, change.agent_id, change.keep)
    subject = login_subject(runtime.hasher, change.email)
    await void_links(
        connection, LoginKind.AGENT, subject, change.agent_id, LinkState.PASSWORD_CHANGED
    )
    await forget_devices(connection, subject, keep=change.keep_devices)
    await forget_attempts(runtime, connection, subject)
    event_id = await queries.record_event(connection, change.agent_id, change.kind, change.device)
    if change.kind is not EventKind.PASSWORD_CHOSEN:
        await enqueue_mail(
            runtime,
            connection,
            kind=PASSWORD_CHANGED_MAIL,
            subject_id=event_id,
            recipient=change.email,
        )
