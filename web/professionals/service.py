"""Login and logout of agents.

An unknown address costs the same work as a known one: one look-up, one hash, one write, one answer.
"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass
from uuid import UUID

import structlog

from web.accounts.attempt_limits import AttemptKey, ResetNeededError, count_attempt, reset_failures
from web.accounts.credentials import (
    Attempt,
    ChangedSinceError,
    RefusedLoginError,
    password_matches,
    upgraded_hash,
)
from web.accounts.emails import InvalidEmailError, parse_email
from web.accounts.identity import email_digests
from web.accounts.known_devices import Device, record_device_login
from web.accounts.logins import upgrade_password_hash
from web.accounts.sessions import OpenResult, close_session, open_session
from web.core.db import Connection
from web.core.mail import enqueue_mail
from web.core.rate_limit import Hit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.professionals import queries
from web.professionals.agents import AGENT_EMAIL, Kind, login_subject
from web.professionals.limits import PASSWORD_TRIES
from web.professionals.mails import NEW_DEVICE_MAIL
from web.professionals.queries import Credentials, EventKind

log = structlog.get_logger("professionals")

LONGEST_EMAIL = 254


class NextStep(enum.Enum):
    """The step that follows the password."""

    NOTHING = "nothing"
    CODE = "code"
    SECOND_FACTOR = "second factor"


@dataclass(frozen=True)
class Opened:
    """A session opened by a password, and the next step of its login.

    `known_by`: the digest of the device token to keep, once the login is complete.
    """

    kind: Kind
    step: NextStep
    known_by: bytes | None


async def log_in(runtime: Runtime, email: str, password: str, attempt: Attempt) -> Opened:
    """Check the password and open a session under a new token.

    Raises RefusedLoginError, ResetNeededError, TooManyAttemptsError, HashingOverloadedError.
    """
    typed = email_or_anything(email)
    subject = login_subject(runtime.hasher, typed)
    found = await _find(runtime, typed, attempt)
    attempt_key = AttemptKey(subject, found.known_by, attempt.address)
    hits = await _count_attempt(runtime, attempt_key)
    try:
        opened = await _enter(runtime, found, password, attempt, attempt_key)
    except ChangedSinceError:
        found = await _find(runtime, typed, attempt)
        opened = await _enter(runtime, found, password, attempt, attempt_key)
    await runtime.limits.give_back(hits)
    return opened


async def log_out(runtime: Runtime, token_digest: bytes) -> None:
    """End the session; a replayed cookie no longer works."""
    await close_session(runtime.db, token_digest, device="")
    log.info("professional logout")


async def complete_login(
    runtime: Runtime,
    connection: Connection,
    agent_id: UUID,
    email: str,
    device: Device,
    attempt_key: AttemptKey,
) -> bytes:
    """Record a complete login: reset the failures, notify the agent of an unknown browser.

    Returns the digest of the device token that identifies the browser from now on.
    """
    known_by = attempt_key.device or device.offered
    await reset_failures(runtime, connection, PASSWORD_TRIES, attempt_key)
    event_id = await queries.record_event(connection, agent_id, EventKind.LOGIN, device.kind)
    if await record_device_login(connection, attempt_key.subject, known_by, device.kind):
        await enqueue_mail(
            runtime, connection, kind=NEW_DEVICE_MAIL, subject_id=event_id, recipient=email
        )
    return known_by


def email_or_anything(text: str) -> str:
    """Return the normalised address, or other text as it is: that has no account."""
    try:
        return parse_email(text)
    except InvalidEmailError:
        return unicodedata.normalize("NFKC", text)[:LONGEST_EMAIL]


async def _count_attempt(runtime: Runtime, attempt_key: AttemptKey) -> tuple[Hit, ...]:
    try:
        return await count_attempt(runtime, PASSWORD_TRIES, attempt_key)
    except (TooManyAttemptsError, ResetNeededError):
        log.warning("professional login throttled")
        raise


async def _find(runtime: Runtime, email: str, attempt: Attempt) -> Credentials:
    digests = email_digests(runtime.hasher, email)
    return await queries.find_credentials(runtime.db, digests, attempt.device.shown)


async def _enter(
    runtime: Runtime, found: Credentials, password: str, attempt: Attempt, attempt_key: AttemptKey
) -> Opened:
    if not await password_matches(runtime, found.password_hash, password):
        log.info("professional login refused")
        raise RefusedLoginError
    assert found.agent_id and found.kind and found.password_hash  # noqa: S101, PT018 - it matched
    newer = await upgraded_hash(runtime, found.password_hash, password)
    async with runtime.db.transaction() as connection:
        opened = await _open(runtime, connection, found, attempt, attempt_key)
        if newer is not None:
            await upgrade_password_hash(connection, found.agent_id, found.password_hash, newer)
    log.info("professional login", agent=str(found.agent_id), lacks=opened.step.value)
    return opened


async def _open(
    runtime: Runtime,
    connection: Connection,
    found: Credentials,
    attempt: Attempt,
    attempt_key: AttemptKey,
) -> Opened:
    assert found.agent_id and found.kind and found.email  # noqa: S101, PT018 - an account has them
    kind, step = Kind(found.kind), NextStep.NOTHING
    if found.has_second_factor:
        step = NextStep.CODE
    elif kind is Kind.ORGANISME:
        step = NextStep.SECOND_FACTOR
    complete = step is NextStep.NOTHING
    opened = await open_session(
        connection,
        attempt.token_digest,
        found.agent_id,
        found.password_hash or "",
        attempt.device.kind,
        complete=complete,
    )
    if opened is OpenResult.REFUSED:
        raise ChangedSinceError
    if not complete:
        return Opened(kind, step, None)
    known_by = attempt_key.device or attempt.device.offered
    if opened is OpenResult.OPENED:
        email = AGENT_EMAIL.open(runtime.vault, found.email, id=found.agent_id)
        await complete_login(
            runtime, connection, found.agent_id, email, attempt.device, attempt_key
        )
    return Opened(kind, step, known_by)
