"""Set-up, replacement and removal of a second factor; renewal of recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog

from web.auth.login.attempt_limits import AttemptKey
from web.auth.sessions.known_devices import Device, find_known
from web.auth.sessions.queries import SessionOverError, lock_session, move_session, revoke_sessions
from web.core.db.command import AlreadyDoneError, Command, Rotation
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.people.identity import email_digests
from web.professionals import invitation_queries, queries
from web.professionals import second_factor_queries as factors
from web.professionals.agents import AGENT_EMAIL, Agent, login_subject, must_have_second_factor
from web.professionals.code_service import RefusedCodeError
from web.professionals.limits import SET_UP_CODES
from web.professionals.mails import SECOND_FACTOR_MAIL
from web.professionals.passwords import confirm_password
from web.professionals.queries import EventKind
from web.professionals.recovery_codes import digests_of
from web.professionals.second_factor import TOTP_SECRET, step_of
from web.professionals.service import complete_login

log = structlog.get_logger("professionals")


class RequiredFactorError(Exception):
    """An organisme's agent cannot remove their second factor."""


class UnknownAgentError(Exception):
    """No agent has this address."""


@dataclass(frozen=True)
class NewFactor:
    """A secret shown to the agent, a code from their application, and new recovery codes."""

    secret: str
    code: str
    recovery_codes: Sequence[str]


async def set_up(
    runtime: Runtime,
    agent: Agent,
    new: NewFactor,
    password: str,
    device: Device,
    command: Command,
) -> bytes | None:
    """Set the second factor, once a code has proved that the application works.

    In a complete session the password is checked, and an existing factor is replaced. During a
    login neither is done, and the browser becomes a known one of the account. Other sessions end;
    this one continues under a new token. Returns the digest of the device token to keep, if the
    login has become complete; a copy of the request gets it too. Raises WrongPasswordError,
    RefusedCodeError, SessionOverError, TooManyAttemptsError, HashingOverloadedError.
    """
    if agent.may_enter:
        await confirm_password(runtime, agent, password, command)
    hits = await runtime.limits.hit_with_retries((SET_UP_CODES, str(agent.session_id)))
    subject = login_subject(runtime.hasher, agent.email)
    attempt_key = AttemptKey(subject, await find_known(runtime.db, subject, device.shown))
    with suppress(AlreadyDoneError):
        async with runtime.db.once(command) as connection:
            await _set_up(runtime, connection, agent, new, command.rotation, device)
            if not agent.may_enter:
                await complete_login(
                    runtime, connection, agent.id, agent.email, device, attempt_key
                )
    await runtime.limits.give_back(hits)
    log.info("second factor set", agent=str(agent.id))
    return None if agent.may_enter else attempt_key.device or device.offered


async def renew_codes(
    runtime: Runtime,
    agent: Agent,
    password: str,
    recovery_codes: Sequence[str],
    command: Command,
) -> None:
    """Replace all recovery codes.

    Raises AlreadyDoneError, WrongPasswordError, SessionOverError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    await confirm_password(runtime, agent, password, command)
    async with runtime.db.once(command) as connection:
        await lock_session(connection, agent.id, agent.session_id)
        digests = digests_of(runtime.hasher, agent.id, recovery_codes)
        await factors.replace_codes(connection, agent.id, digests)
        await _record_and_notify(
            runtime,
            connection,
            agent.id,
            agent.email,
            EventKind.RECOVERY_CODES_RENEWED,
            command.device,
        )
    log.info("recovery codes renewed", agent=str(agent.id))


async def remove(runtime: Runtime, agent: Agent, password: str, command: Command) -> None:
    """Remove the second factor, unless it is mandatory.

    Raises AlreadyDoneError, RequiredFactorError, WrongPasswordError, SessionOverError,
    TooManyAttemptsError, HashingOverloadedError.
    """
    if must_have_second_factor(agent):
        raise RequiredFactorError
    await confirm_password(runtime, agent, password, command)
    async with runtime.db.once(command) as connection:
        await lock_session(connection, agent.id, agent.session_id)
        await factors.remove_factor(connection, agent.id)
        await _record_and_notify(
            runtime,
            connection,
            agent.id,
            agent.email,
            EventKind.SECOND_FACTOR_REMOVED,
            command.device,
        )
    log.info("second factor removed", agent=str(agent.id))


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
        await factors.remove_factor(connection, agent.id)
        await revoke_sessions(connection, agent.id)
        address = AGENT_EMAIL.open(runtime.vault, agent.email, id=agent.id)
        await _record_and_notify(
            runtime, connection, agent.id, address, EventKind.SECOND_FACTOR_RESET, device=""
        )
    return True


async def are_current(runtime: Runtime, agent_id: UUID, codes: Sequence[str]) -> bool:
    """Return whether these are all unused recovery codes of the agent."""
    digests = digests_of(runtime.hasher, agent_id, codes)
    return await factors.are_current_codes(runtime.db, agent_id, digests)


async def _set_up(
    runtime: Runtime,
    connection: Connection,
    agent: Agent,
    new: NewFactor,
    rotation: Rotation,
    device: Device,
) -> None:
    await lock_session(connection, agent.id, agent.session_id)
    factor = await factors.find_factor(connection, agent.id)
    step = step_of(new.secret, new.code, factor.seconds) if factor else None
    if factor is None or step is None:
        raise RefusedCodeError
    box = TOTP_SECRET.seal(runtime.vault, new.secret, id=agent.id)
    if not await factors.set_factor(connection, agent.id, box, step, replacing=agent.may_enter):
        raise SessionOverError
    digests = digests_of(runtime.hasher, agent.id, new.recovery_codes)
    await factors.replace_codes(connection, agent.id, digests)
    await revoke_sessions(connection, agent.id, rotation.earlier)
    if not await move_session(connection, rotation.earlier, rotation.newer):
        raise SessionOverError
    had_one = factor.secret is not None
    kind = EventKind.SECOND_FACTOR_REPLACED if had_one else EventKind.SECOND_FACTOR_SET
    await _record_and_notify(runtime, connection, agent.id, agent.email, kind, device.kind)


async def _record_and_notify(
    runtime: Runtime,
    connection: Connection,
    agent_id: UUID,
    email: str,
    kind: EventKind,
    device: str,
) -> None:
    event_id = await queries.record_event(connection, agent_id, kind, device)
    await enqueue_mail(
        runtime,
        connection,
        kind=SECOND_FACTOR_MAIL,
        subject_id=event_id,
        recipient=email,
    )
