"""Login and logout.

The same work for an unknown NIR as for a known one: one look-up, one hash, one write, one answer.
"""

from __future__ import annotations

import asyncio
import unicodedata

import structlog

from web.accounts.identity import nir_digest
from web.accounts.sessions import close_session, open_session
from web.core.rate_limit import Hit, Limit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.domain.nir import InvalidNir, parse_nir
from web.domain.password_policy import normalise
from web.signin import queries
from web.signin.queries import Credentials

log = structlog.get_logger("signin")

FAILURES_PER_NIR = Limit("failed logins per NIR", 10, 900)
FAILURES_PER_ADDRESS = Limit("failed logins per address", 300, 900)
# ASVS 6.3.1: past this many failures in a row, the password alone no longer opens the account;
# a new one, by e-mailed link, does. Nobody can lock an owner out for good.
FAILURES_BEFORE_RESET = 100
LONGEST_PASSWORD = 128
PATIENCE_SECONDS = (0.2, 0.4, 0.8)


class RefusedLoginError(Exception):
    """Identifier and password do not fit together; nothing says which."""


async def log_in(
    runtime: Runtime, identifier: str, password: str, address: str, token_digest: bytes
) -> None:
    """Open a session under a fresh token.

    Raises RefusedLoginError, TooManyAttemptsError, HashingOverloadedError.
    """
    nir = _nir_or_anything(identifier)
    digest = nir_digest(runtime.hasher, nir)
    hits = await _count_attempt(runtime, nir, address)
    async with runtime.db.connection() as connection:
        found = await queries.find_credentials(connection, digest)
    fits = await runtime.passwords.verify(_usable_hash(found), normalise(password))
    if not fits or len(password) > LONGEST_PASSWORD:
        async with runtime.db.connection() as connection:
            await queries.count_failure(connection, digest)
        log.info("login refused")
        raise RefusedLoginError
    assert found.account_id is not None and found.password_hash is not None  # noqa: S101, PT018
    newer = None
    if runtime.passwords.is_outdated(found.password_hash):
        newer = await runtime.passwords.hash(normalise(password))
    async with runtime.db.transaction() as connection:
        await queries.forget_failures(connection, digest)
        if newer is not None:
            await queries.upgrade_password_hash(
                connection, found.account_id, found.password_hash, newer
            )
        await open_session(connection, token_digest, found.account_id)
    await runtime.limits.give_back(hits)
    log.info("login", account=str(found.account_id))


async def log_out(runtime: Runtime, token_digest: bytes) -> None:
    """End the session; a replayed cookie finds nothing."""
    async with runtime.db.connection() as connection:
        await close_session(connection, token_digest)
    log.info("logout")


async def _count_attempt(runtime: Runtime, nir: str, address: str) -> tuple[Hit, ...]:
    """Count before hashing, so that parallel guesses cannot pass the limit together.

    Honest parallel logins give their hits back when they succeed: a short patience lets them
    through where guesses only run into the limit again.
    """
    for pause in (*PATIENCE_SECONDS, None):
        try:
            return await runtime.limits.hit(
                (FAILURES_PER_NIR, nir), (FAILURES_PER_ADDRESS, address)
            )
        except TooManyAttemptsError:
            if pause is None:
                log.warning("login throttled")
                raise
            await asyncio.sleep(pause)
    raise AssertionError


def _usable_hash(found: Credentials) -> str | None:
    return None if found.failures >= FAILURES_BEFORE_RESET else found.password_hash


def _nir_or_anything(identifier: str) -> str:
    # What is no NIR has no account; it goes the same way as a NIR without one.
    try:
        return parse_nir(identifier).value
    except InvalidNir:
        return unicodedata.normalize("NFKC", identifier)[:100]
