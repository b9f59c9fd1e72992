"""Login and logout.

The same work for an unknown NIR as for a known one: one look-up, one hash, one write, one answer.
That a login was refused is noted alike for all; who it concerns is found later, by the worker or
at the next login, so that the history of a known person costs this answer nothing.
"""

from __future__ import annotations

import unicodedata
from uuid import UUID

import structlog

from web.accounts.credentials import (
    FAILURES_PER_ADDRESS,
    Attempt,
    ChangedSinceError,
    Credentials,
    RefusedLoginError,
    find_credentials,
    forget_failures,
    password_fits,
    upgraded_hash,
)
from web.accounts.identity import nir_digest, open_identity
from web.accounts.security_mails import NEW_DEVICE_MAIL
from web.accounts.sessions import Opening, close_session, open_session
from web.core.db import Connection
from web.core.mail import enqueue_mail
from web.core.rate_limit import Hit, Limit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.domain.nir import InvalidNir, parse_nir
from web.signin import queries

log = structlog.get_logger("signin")

FAILURES_PER_NIR = Limit("failed logins per NIR", 10, 900)


async def log_in(
    runtime: Runtime,
    identifier: str,
    password: str,
    attempt: Attempt,
) -> None:
    """Open a session under a fresh token.

    Raises RefusedLoginError, TooManyAttemptsError, HashingOverloadedError.
    """
    nir = _nir_or_anything(identifier)
    digest = nir_digest(runtime.hasher, nir)
    hits = await _count_attempt(runtime, nir, attempt.address)
    try:
        account_id = await _enter(runtime, digest, password, attempt)
    except ChangedSinceError:
        account_id = await _enter(runtime, digest, password, attempt)
    await runtime.limits.give_back(hits)
    log.info("login", account=str(account_id))


async def log_out(runtime: Runtime, token_digest: bytes, device: str = "") -> None:
    """End the session; a replayed cookie finds nothing."""
    async with runtime.db.connection() as connection:
        await close_session(connection, token_digest, device)
    log.info("logout")


async def _enter(runtime: Runtime, digest: bytes, password: str, attempt: Attempt) -> UUID | None:
    async with runtime.db.connection() as connection:
        found = await find_credentials(connection, digest)
    if not await password_fits(runtime, found.usable_hash, password):
        async with runtime.db.connection() as connection:
            await queries.count_refused(connection, digest, attempt.device)
        log.info("login refused")
        raise RefusedLoginError
    assert found.password_hash is not None  # noqa: S101 - a password fitted it
    newer = await upgraded_hash(runtime, found.password_hash, password)
    async with runtime.db.transaction() as connection:
        await _open(runtime, connection, found, attempt, digest)
        if newer is not None and found.account_id is not None:
            await queries.upgrade_password_hash(
                connection, found.account_id, found.password_hash, newer
            )
    return found.account_id


async def _open(
    runtime: Runtime,
    connection: Connection,
    found: Credentials,
    attempt: Attempt,
    digest: bytes,
) -> None:
    """Session, history, and a mail when this kind of device was never seen."""
    assert found.account_id and found.person_id  # noqa: S101, PT018 - an account has both
    opened = await open_session(
        connection,
        attempt.token_digest,
        found.account_id,
        found.password_hash or "",
        attempt.device,
    )
    if opened is Opening.REFUSED:
        raise ChangedSinceError
    if opened is Opening.ALREADY_OPEN:
        return
    await forget_failures(connection, digest)
    login = await queries.record_login(connection, found.person_id, digest, attempt.device)
    if login.is_new_device:
        row = f"account:{found.account_id}"
        identity = open_identity(runtime.vault, found.identity or b"", row)
        await enqueue_mail(
            runtime,
            connection,
            kind=NEW_DEVICE_MAIL,
            subject_id=login.event_id,
            recipient=identity.email,
        )


async def _count_attempt(runtime: Runtime, nir: str, address: str) -> tuple[Hit, ...]:
    """Count before hashing, so that parallel guesses cannot pass the limit together."""
    try:
        return await runtime.limits.hit_patiently(
            (FAILURES_PER_NIR, nir), (FAILURES_PER_ADDRESS, address)
        )
    except TooManyAttemptsError:
        log.warning("login throttled")
        raise


def _nir_or_anything(identifier: str) -> str:
    # What is no NIR has no account; it goes the same way as a NIR without one.
    try:
        return parse_nir(identifier).value
    except InvalidNir:
        return unicodedata.normalize("NFKC", identifier)[:100]
