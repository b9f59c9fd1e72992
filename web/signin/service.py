"""Login and logout.

The same work for an unknown NIR as for a known one: one look-up, one hash, one write, one answer.
That a login was refused is noted alike for all; who it concerns is found later, by the worker or
at the next login, so that the history of a known person costs this answer nothing.
"""

from __future__ import annotations

import unicodedata

import structlog

from web.accounts.credentials import (
    PASSWORD_TRIES,
    Attempt,
    ChangedSinceError,
    Credentials,
    RefusedLoginError,
    find_credentials,
    password_fits,
    upgraded_hash,
)
from web.accounts.identity import nir_digest, open_identity
from web.accounts.known_devices import note_login
from web.accounts.security_mails import NEW_DEVICE_MAIL
from web.accounts.sessions import Opening, close_session, open_session
from web.accounts.tries import ResetNeededError, Trier, count_try, forget_in_a_row
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
    """Open a session under a fresh token; returns the digest by which the browser is now known.

    Raises RefusedLoginError, ResetNeededError, TooManyAttemptsError, HashingOverloadedError.
    """
    digest = nir_digest(runtime.hasher, _nir_or_anything(identifier))
    found = await _find(runtime, digest, attempt)
    trier = Trier(digest, found.known_by, attempt.address)
    hits = await _count_attempt(runtime, trier)
    try:
        try:
            known_by = await _enter(runtime, found, password, attempt, trier)
        except ChangedSinceError:
            found = await _find(runtime, digest, attempt)
            known_by = await _enter(runtime, found, password, attempt, trier)
    except TooManyLoginsError:
        await runtime.limits.give_back(hits)
        raise
    await runtime.limits.give_back(hits)
    log.info("login", account=str(found.account_id))
    return known_by


async def log_out(runtime: Runtime, token_digest: bytes, device: str = "") -> None:
    """End the session; a replayed cookie finds nothing."""
    async with runtime.db.connection() as connection:
        await close_session(connection, token_digest, device)
    log.info("logout")


async def _count_attempt(runtime: Runtime, trier: Trier) -> tuple[Hit, ...]:
    try:
        return await count_try(runtime, PASSWORD_TRIES, trier)
    except (TooManyAttemptsError, ResetNeededError):
        log.warning("login throttled")
        raise


async def _find(runtime: Runtime, digest: bytes, attempt: Attempt) -> Credentials:
    async with runtime.db.connection() as connection:
        return await find_credentials(connection, digest, attempt.device.shown)


async def _enter(
    runtime: Runtime, found: Credentials, password: str, attempt: Attempt, trier: Trier
) -> bytes:
    if not await password_fits(runtime, found.password_hash, password):
        async with runtime.db.connection() as connection:
            await queries.note_refused(connection, trier.subject, attempt.device.kind)
        log.info("login refused")
        raise RefusedLoginError
    assert found.account_id and found.password_hash  # noqa: S101, PT018 - a password fitted it
    newer = await upgraded_hash(runtime, found.password_hash, password)
    async with runtime.db.transaction() as connection:
        known_by = await _open(runtime, connection, found, attempt, trier)
        if newer is not None:
            await queries.upgrade_password_hash(
                connection, found.account_id, found.password_hash, newer
            )
    return known_by


async def _open(
    runtime: Runtime,
    connection: Connection,
    found: Credentials,
    attempt: Attempt,
    trier: Trier,
) -> bytes:
    """Session, history, and a mail when the account does not know this browser."""
    assert found.account_id and found.person_id  # noqa: S101, PT018 - an account has both
    kind, known_by = attempt.device.kind, found.known_by or attempt.device.offered
    opened = await open_session(
        connection, attempt.token_digest, found.account_id, found.password_hash or "", kind
    )
    if opened is Opening.REFUSED:
        raise ChangedSinceError
    if opened is Opening.ALREADY_OPEN:
        return known_by
    await forget_in_a_row(runtime, connection, PASSWORD_TRIES, trier)
    event_id = await queries.record_login(connection, found.person_id, trier.subject, kind)
    if await note_login(connection, trier.subject, known_by, kind):
        row = f"account:{found.account_id}"
        identity = open_identity(runtime.vault, found.identity or b"", row)
        await enqueue_mail(
            runtime,
            connection,
            kind=NEW_DEVICE_MAIL,
            subject_id=event_id,
            recipient=identity.email,
        )
    return known_by


def _nir_or_anything(identifier: str) -> str:
    # What is no NIR has no account; it goes the same way as a NIR without one.
    try:
        return parse_nir(identifier).value
    except InvalidNir:
        return unicodedata.normalize("NFKC", identifier)[:100]
