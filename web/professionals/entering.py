"""The second step of the login: a code of the application, or a recovery code."""

from __future__ import annotations

import structlog

from web.accounts.credentials import FAILURES_BEFORE_RESET
from web.accounts.identity import email_digest
from web.core.db import Connection
from web.core.idempotency import claim
from web.core.mail import enqueue_mail
from web.core.rotation import Rotation
from web.core.runtime import Runtime
from web.professionals import queries
from web.professionals import second_factor_queries as factors
from web.professionals.agents import Agent
from web.professionals.limits import CODES_PER_AGENT
from web.professionals.link_queries import hold_agent
from web.professionals.mails import SECOND_FACTOR_MAIL
from web.professionals.queries import EventKind
from web.professionals.recovery_codes import DIGITS, code_digest
from web.professionals.second_factor import CODE_DIGITS, open_secret, step_of
from web.professionals.service import note_entry
from web.professionals.sessions import move_session

log = structlog.get_logger("professionals")


class RefusedCodeError(Exception):
    """The code is not the right one, or has served already."""


class SessionOverError(Exception):
    """The session ended meanwhile."""


async def enter(
    runtime: Runtime,
    agent: Agent,
    code: str,
    rotation: Rotation,
    device: str,
    request: tuple[bytes, str],
) -> str:
    """Complete the session, which goes on under another token; returns where to go.

    `request` is the request's digest and the path that answers it. Raises RefusedCodeError,
    SessionOverError, TooManyAttemptsError.
    """
    hits = await runtime.limits.hit_patiently((CODES_PER_AGENT, str(agent.id)))
    try:
        async with runtime.db.transaction() as connection:
            earlier = await claim(connection, *request)
            if earlier is None:
                await _enter(runtime, connection, agent, code, rotation, device)
    except RefusedCodeError:
        digest = email_digest(runtime.hasher, agent.email)
        async with runtime.db.connection() as connection:
            await queries.count_failure(connection, digest)
        log.info("second factor refused", agent=str(agent.id))
        raise
    await runtime.limits.give_back(hits)
    log.info("second factor", agent=str(agent.id))
    return earlier or request[1]


async def _enter(
    runtime: Runtime,
    connection: Connection,
    agent: Agent,
    code: str,
    rotation: Rotation,
    device: str,
) -> None:
    # Before its codes and sessions, as who withdraws the agent takes them.
    await hold_agent(connection, agent.id)
    if not await _take(runtime, connection, agent, code):
        raise RefusedCodeError
    if not await move_session(connection, rotation.earlier, rotation.newer):
        raise SessionOverError
    await note_entry(runtime, connection, agent.id, agent.email, device)
    if len(code) == DIGITS:
        event = await queries.record_event(
            connection, agent.id, EventKind.RECOVERY_CODE_USED, device
        )
        await enqueue_mail(
            runtime,
            connection,
            kind=SECOND_FACTOR_MAIL,
            subject_id=event.event_id,
            recipient=agent.email,
        )


async def _take(runtime: Runtime, connection: Connection, agent: Agent, code: str) -> bool:
    factor = await factors.find_factor(connection, agent.id)
    if factor is None or factor.secret is None or factor.failures >= FAILURES_BEFORE_RESET:
        return False
    if len(code) == DIGITS:
        digest = code_digest(runtime.hasher, agent.id, code)
        return await factors.use_recovery_code(connection, agent.id, digest)
    if len(code) != CODE_DIGITS:
        return False
    secret = open_secret(runtime.vault, factor.secret, agent.id)
    step = step_of(secret, code, factor.seconds)
    return step is not None and await factors.use_step(connection, agent.id, factor.secret, step)
