"""The second step of the login: a TOTP code or a recovery code."""

from __future__ import annotations

import structlog

from web.auth.login.attempt_limits import AttemptKey, count_attempt
from web.auth.logins import lock_login
from web.auth.sessions.known_devices import Device, find_known
from web.auth.sessions.queries import SessionOverError, move_session
from web.core.db.command import Command, Rotation
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.professionals import queries
from web.professionals import second_factor_queries as factors
from web.professionals.agents import Agent, login_subject
from web.professionals.limits import CODE_TRIES
from web.professionals.mails import SECOND_FACTOR_MAIL
from web.professionals.queries import EventKind
from web.professionals.recovery_codes import DIGITS, code_digest
from web.professionals.second_factor import CODE_DIGITS, TOTP_SECRET, step_of
from web.professionals.service import complete_login

log = structlog.get_logger("professionals")


class RefusedCodeError(Exception):
    """The code is wrong, or already used."""


async def verify_code(
    runtime: Runtime,
    agent: Agent,
    code: str,
    device: Device,
    command: Command,
) -> bytes:
    """Check the code, complete the session and rotate its token.

    Returns the digest of the device token that identifies the browser from now on. Raises
    AlreadyDoneError, RefusedCodeError, SessionOverError, ResetNeededError, TooManyAttemptsError.
    """
    subject = login_subject(runtime.hasher, agent.email)
    attempt_key = AttemptKey(subject, await find_known(runtime.db, subject, device.shown))
    hits = await count_attempt(runtime, CODE_TRIES, attempt_key)
    try:
        async with runtime.db.once(command) as connection:
            await _complete(runtime, connection, agent, code, command.rotation, device, attempt_key)
    except RefusedCodeError:
        log.info("second factor refused", agent=str(agent.id))
        raise
    await runtime.limits.give_back(hits)
    log.info("second factor accepted", agent=str(agent.id))
    return attempt_key.device or device.offered


async def _complete(
    runtime: Runtime,
    connection: Connection,
    agent: Agent,
    code: str,
    rotation: Rotation,
    device: Device,
    attempt_key: AttemptKey,
) -> None:
    await lock_login(connection, agent.id)
    if not await _use_code(runtime, connection, agent, code):
        raise RefusedCodeError
    if not await move_session(connection, rotation.earlier, rotation.newer):
        raise SessionOverError
    await complete_login(runtime, connection, agent.id, agent.email, device, attempt_key)
    if len(code) == DIGITS:
        event_id = await queries.record_event(
            connection, agent.id, EventKind.RECOVERY_CODE_USED, device.kind
        )
        await enqueue_mail(
            runtime,
            connection,
            kind=SECOND_FACTOR_MAIL,
            subject_id=event_id,
            recipient=agent.email,
        )


async def _use_code(runtime: Runtime, connection: Connection, agent: Agent, code: str) -> bool:
    factor = await factors.find_factor(connection, agent.id)
    if factor is None or factor.secret is None:
        return False
    if len(code) == DIGITS:
        digest = code_digest(runtime.hasher, agent.id, code)
        return await factors.use_recovery_code(connection, agent.id, digest)
    if len(code) != CODE_DIGITS:
        return False
    secret = TOTP_SECRET.open(runtime.vault, factor.secret, id=agent.id)
    step = step_of(secret, code, factor.seconds)
    return step is not None and await factors.use_step(connection, agent.id, factor.secret, step)
