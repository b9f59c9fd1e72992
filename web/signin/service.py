"""Login and logout.

An unknown NIR takes the same work as a known one: one look-up, one hash, one write, one answer.
A refused login is recorded under the NIR's digest; the worker or the next login matches it to a
person later, so that updating the history of a known person does not delay this answer.
"""

from __future__ import annotations

import unicodedata

import structlog

from web.accounts.attempt_limits import AttemptKey, ResetNeededError, count_attempt, reset_failures
from web.accounts.credentials import (
    PASSWORD_TRIES,
    Attempt,
    ChangedSinceError,
    Credentials,
    RefusedLoginError,
    find_credentials,
    password_matches,
    upgraded_hash,
)
from web.accounts.identity import ACCOUNT_IDENTITY, nir_digest
from web.accounts.known_devices import record_device_login
from web.accounts.logins import upgrade_password_hash
from web.accounts.security_mails import NEW_DEVICE_MAIL
from web.accounts.sessions import OpenResult, close_session, open_session
from web.core.db import Connection
from web.core.mail import enqueue_mail
from web.core.rate_limit import Hit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.domain.nir import InvalidNir, parse_nir
from web.signin import queries
from web.signin.queries import TooManyLoginsError

log = structlog.get_logger("signin")


async def log_in(
    runtime: Runtime,
    identifier: str,
    password: str,
    attempt: Attempt,
) -> bytes:
    """Open a session under a fresh token; return the digest of the browser's device token.

    Raises RefusedLoginError, ResetNeededError, TooManyAttemptsError, HashingOverloadedError.
    """
    digest = nir_digest(runtime.hasher, _nir_or_anything(identifier))
    found = await find_credentials(runtime.db, digest, attempt.device.shown)
    attempt_key = AttemptKey(digest, found.known_by, attempt.address)
    hits = await _count_attempt(runtime, attempt_key)
    try:
        try:
            known_by = await _authenticate(runtime, found, password, attempt, attempt_key)
        except ChangedSinceError:
            found = await find_credentials(runtime.db, digest, attempt.device.shown)
            known_by = await _authenticate(runtime, found, password, attempt, attempt_key)
    except TooManyLoginsError:
        await runtime.limits.give_back(hits)
        raise
    await runtime.limits.give_back(hits)
    log.info("login", account=str(found.account_id))
    return known_by


async def log_out(runtime: Runtime, token_digest: bytes, device: str = "") -> None:
    """End the session; a cookie replayed afterwards finds nothing."""
    await close_session(runtime.db, token_digest, device)
    log.info("logout")


async def _count_attempt(runtime: Runtime, attempt_key: AttemptKey) -> tuple[Hit, ...]:
    try:
        return await count_attempt(runtime, PASSWORD_TRIES, attempt_key)
    except (TooManyAttemptsError, ResetNeededError):
        log.warning("login throttled")
        raise


async def _authenticate(
    runtime: Runtime, found: Credentials, password: str, attempt: Attempt, attempt_key: AttemptKey
) -> bytes:
    if not await password_matches(runtime, found.password_hash, password):
        await queries.note_refused(runtime.db, attempt_key.subject, attempt.device.kind)
        log.info("login refused")
        raise RefusedLoginError
    assert found.account_id and found.password_hash  # noqa: S101, PT018 - a password matched it
    newer = await upgraded_hash(runtime, found.password_hash, password)
    async with runtime.db.transaction() as connection:
        known_by = await _open(runtime, connection, found, attempt, attempt_key)
        if newer is not None:
            await upgrade_password_hash(connection, found.account_id, found.password_hash, newer)
    return known_by


async def _open(
    runtime: Runtime,
    connection: Connection,
    found: Credentials,
    attempt: Attempt,
    attempt_key: AttemptKey,
) -> bytes:
    """Open the session, record it, and enqueue a mail if the browser is unknown."""
    assert found.account_id and found.person_id  # noqa: S101, PT018 - an account has both
    kind, known_by = attempt.device.kind, found.known_by or attempt.device.offered
    opened = await open_session(
        connection, attempt.token_digest, found.account_id, found.password_hash or "", kind
    )
    if opened is OpenResult.REFUSED:
        raise ChangedSinceError
    if opened is OpenResult.ALREADY_OPEN:
        return known_by
    await reset_failures(runtime, connection, PASSWORD_TRIES, attempt_key)
    event_id = await queries.record_login(connection, found.person_id, attempt_key.subject, kind)
    if await record_device_login(connection, attempt_key.subject, known_by, kind):
        box = found.identity or b""
        identity = ACCOUNT_IDENTITY.open(runtime.vault, box, id=found.account_id)
        await enqueue_mail(
            runtime,
            connection,
            kind=NEW_DEVICE_MAIL,
            subject_id=event_id,
            recipient=identity.email,
        )
    return known_by


def _nir_or_anything(identifier: str) -> str:
    # Anything but a NIR has no account, and takes the same path as a NIR without one.
    try:
        return parse_nir(identifier).value
    except InvalidNir:
        return unicodedata.normalize("NFKC", identifier)[:100]
