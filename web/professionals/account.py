"""An agent's management of their own account: password and sessions."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.accounts.known_devices import Device, forget_devices
from web.core.idempotency import Command
from web.core.runtime import Runtime
from web.domain.password_policy import normalise
from web.professionals import sessions
from web.professionals.agents import Agent, login_subject
from web.professionals.passwords import NewPassword, confirm_password, replace_password
from web.professionals.queries import EventKind

log = structlog.get_logger("professionals")


async def change_password(
    runtime: Runtime,
    agent: Agent,
    passwords: tuple[str, str],
    device: Device,
    command: Command,
) -> None:
    """Replace the current password; the caller has validated the new one.

    `passwords` are the current one and the new one. Other sessions end; this one continues under a
    new token. Raises AlreadyDoneError, WrongPasswordError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    current, new = passwords
    await confirm_password(runtime, agent, current, command)
    hashed = await runtime.passwords.hash(normalise(new))
    rotation = command.rotation
    change = NewPassword(
        agent.id,
        agent.email,
        hashed,
        EventKind.PASSWORD_CHANGED,
        device.kind,
        keep=rotation.earlier,
        keep_devices=device.shown,
    )
    async with runtime.db.once(command) as connection:
        await replace_password(runtime, connection, change)
        await sessions.move_session(connection, rotation.earlier, rotation.newer)
    log.info("professional password changed", agent=str(agent.id))


async def end_one_session(runtime: Runtime, agent: Agent, session_id: UUID) -> None:
    """End a session of this agent; an ended or foreign one is ignored."""
    await sessions.end_session(runtime.db, agent.id, session_id)


async def end_other_sessions(
    runtime: Runtime, agent: Agent, token_digest: bytes, device: Device
) -> None:
    """End all sessions but this one, and forget the account's other known browsers."""
    subject = login_subject(runtime.hasher, agent.email)
    async with runtime.db.transaction() as connection:
        await forget_devices(connection, subject, keep=device.shown)
        await sessions.end_sessions(connection, agent.id, keep=token_digest)
