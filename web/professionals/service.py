"""Login and logout of agents.

The same work for an unknown address as for a known one: one look-up, one hash, one write, one
answer.
"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass
from uuid import UUID

import structlog

from web.accounts.credentials import (
    FAILURES_PER_ADDRESS,
    Attempt,
    ChangedSinceError,
    RefusedLoginError,
    password_fits,
    upgraded_hash,
)
from web.accounts.emails import InvalidEmailError, parse_email
from web.accounts.identity import email_digests
from web.accounts.sessions import Opening
from web.core.db import Connection
from web.core.idempotency import find_outcome
from web.core.mail import enqueue_mail
from web.core.rate_limit import Hit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email
from web.professionals import queries
from web.professionals.agents import Kind, open_email
from web.professionals.limits import FAILURES_PER_EMAIL
from web.professionals.mails import NEW_DEVICE_MAIL
from web.professionals.queries import Credentials, EventKind
from web.professionals.sessions import close_session, open_session

log = structlog.get_logger("professionals")

LONGEST_EMAIL = 254


class NextStep(enum.Enum):
    """What is still asked after the password."""

    NOTHING = "nothing"
    CODE = "code"
    SECOND_FACTOR = "second factor"


@dataclass(frozen=True)
class Opened:
    """A session opened by a password, and what it still lacks."""

    kind: Kind
    step: NextStep


async def log_in(runtime: Runtime, email: str, password: str, attempt: Attempt) -> Opened:
    """Open a session under a fresh token.

    Raises RefusedLoginError, TooManyAttemptsError, HashingOverloadedError.
    """
    typed = email_or_anything(email)
    digests = email_digests(runtime.hasher, typed)
    hits = await _count_attempt(runtime, typed, attempt.address)
    try:
        opened = await _enter(runtime, digests, password, attempt)
    except ChangedSinceError:
        opened = await _enter(runtime, digests, password, attempt)
    await runtime.limits.give_back(hits)
    return opened


async def log_out(runtime: Runtime, token_digest: bytes) -> None:
    """End the session; a replayed cookie finds nothing."""
    async with runtime.db.connection() as connection:
        await close_session(connection, token_digest)
    log.info("professional logout")


async def outcome_of(runtime: Runtime, request_digest: bytes) -> str | None:
    """Where this very request led the first time, for who did not get that answer."""
    async with runtime.db.connection() as connection:
        return await find_outcome(connection, request_digest)


async def note_entry(
    runtime: Runtime, connection: Connection, agent_id: UUID, email: str, device: str
) -> None:
    """The account is open: failures are forgotten, a kind of device never seen is told by mail."""
    await queries.forget_failures(connection, agent_id)
    login = await queries.record_event(connection, agent_id, EventKind.LOGIN, device)
    if login.is_new_device:
        await enqueue_mail(
            runtime,
            connection,
            kind=NEW_DEVICE_MAIL,
            subject_id=login.event_id,
            recipient=email,
        )


def email_or_anything(text: str) -> str:
    """The address typed, in its normal form; what is no address has no account."""
    try:
        return parse_email(text)
    except InvalidEmailError:
        return unicodedata.normalize("NFKC", text)[:LONGEST_EMAIL]


async def _enter(
    runtime: Runtime, digests: tuple[bytes, bytes], password: str, attempt: Attempt
) -> Opened:
    async with runtime.db.connection() as connection:
        found = await queries.find_credentials(connection, digests)
    if not await password_fits(runtime, found.usable_hash, password):
        async with runtime.db.connection() as connection:
            await queries.count_failure(connection, digests[0])
        log.info("professional login refused")
        raise RefusedLoginError
    assert found.agent_id and found.kind and found.password_hash  # noqa: S101, PT018 - it fitted
    newer = await upgraded_hash(runtime, found.password_hash, password)
    async with runtime.db.transaction() as connection:
        opened = await _open(runtime, connection, found, attempt)
        if newer is not None:
            await queries.upgrade_password_hash(
                connection, found.agent_id, found.password_hash, newer
            )
    log.info("professional login", agent=str(found.agent_id), lacks=opened.step.value)
    return opened


async def _open(
    runtime: Runtime, connection: Connection, found: Credentials, attempt: Attempt
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
        complete=complete,
        device=attempt.device,
    )
    if opened is Opening.REFUSED:
        raise ChangedSinceError
    if complete and opened is Opening.OPENED:
        email = open_email(runtime.vault, found.email, found.agent_id)
        await note_entry(runtime, connection, found.agent_id, email, attempt.device)
    return Opened(kind, step)


async def _count_attempt(runtime: Runtime, email: str, address: str) -> tuple[Hit, ...]:
    """Count before hashing, so that parallel guesses cannot pass the limit together."""
    try:
        return await runtime.limits.hit_patiently(
            (FAILURES_PER_EMAIL, folded_email(email)), (FAILURES_PER_ADDRESS, address)
        )
    except TooManyAttemptsError:
        log.warning("professional login throttled")
        raise
