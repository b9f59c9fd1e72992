"""The step of the login after the password: a TOTP code or a recovery code."""

from __future__ import annotations

import structlog

from web.auth.kinds import Account, AccountKind, AnyAccount, SecurityEvent
from web.auth.login.attempt_limits import (
    AttemptKey,
    AttemptLimits,
    count_attempt,
    failures_in_a_row,
)
from web.auth.login.service import CountedAttempt, TooManyLoginsError, complete_login
from web.auth.logins import lock_login
from web.auth.sessions.known_devices import Device, find_known
from web.auth.sessions.login_queries import move_session
from web.auth.sessions.queries import SessionOverError
from web.auth.two_factor import queries
from web.auth.two_factor.code.unfinished import note_no_code
from web.auth.two_factor.recovery_codes import DIGITS, code_digest
from web.auth.two_factor.rules import CODE_DIGITS, TOTP_SECRET, step_of
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.runtime import Runtime

log = structlog.get_logger("login")


class RefusedCodeError(Exception):
    """The code is wrong, or already used."""


async def verify_code(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
    code: str,
    device: Device,
    command: Command,
) -> bytes:
    """Check the code, complete the session and rotate its token.

    Returns the digest of the device token that identifies the browser from now on. Raises
    AlreadyDoneError, RefusedCodeError, SessionOverError, TooManyAttemptsError, TooManyLoginsError.
    """
    attempt_key, code_key = await _find_keys(runtime, account, device)
    hits = await count_attempt(runtime, _tries(kind, code), code_key)
    named = {"kind": kind.name.value, "account": str(account.login_id)}
    try:
        async with runtime.db.once(command) as connection:
            await lock_login(connection, account.login_id)
            if not await _use_code(runtime, connection, account, code):
                raise RefusedCodeError
            if not await move_session(connection, account.login_id, command.rotation):
                raise SessionOverError
            attempt = CountedAttempt(
                attempt_key, hits, failures_in_a_row(kind.code_tries, code_key)
            )
            await complete_login(runtime, connection, kind, account, device, attempt)
            if is_recovery_code(code):
                event = SecurityEvent.RECOVERY_CODE_USED
                await kind.notify(runtime, connection, account, event, device.kind)
    except RefusedCodeError:
        async with runtime.db.transaction() as connection:
            event = SecurityEvent.SECOND_FACTOR_REFUSED
            await note_no_code(runtime, connection, kind, account, event, device.kind)
        log.info("second factor refused", **named)
        raise
    except TooManyLoginsError:
        await runtime.limits.give_back(hits)
        raise
    log.info("second factor accepted", **named)
    return attempt_key.device or device.offered


def is_recovery_code(code: str) -> bool:
    """Return whether this is a recovery code, by its length; otherwise it is a TOTP code."""
    return len(code) == DIGITS


def _tries(kind: AccountKind[AnyAccount], code: str) -> AttemptLimits:
    return kind.recovery_tries if is_recovery_code(code) else kind.code_tries


async def _find_keys(
    runtime: Runtime, account: Account, device: Device
) -> tuple[AttemptKey, AttemptKey]:
    """Return the keys under which this browser's passwords, then its codes, are counted.

    A browser known only by a mailed link shares the allowance of codes of the unknown ones: anyone
    who reads the owner's mail could otherwise make as many known browsers as they like.
    """
    subject = account.subject(runtime.hasher)
    known = await find_known(runtime.db, subject, device.shown)
    if known is None:
        return AttemptKey(subject, None), AttemptKey(subject, None)
    attempt_key = AttemptKey(subject, known.token_digest)
    return attempt_key, attempt_key if known.has_logged_in else AttemptKey(subject, None)


async def _use_code(
    runtime: Runtime, connection: Connection, account: AnyAccount, code: str
) -> bool:
    login_id = account.login_id
    factor = await queries.find_factor(connection, login_id)
    if factor is None or factor.secret is None:
        return False
    if is_recovery_code(code):
        digest = code_digest(runtime.hasher, login_id, code)
        return await queries.use_recovery_code(connection, login_id, digest)
    if len(code) != CODE_DIGITS:
        return False
    secret = TOTP_SECRET.open(runtime.vault, factor.secret, id=login_id)
    step = step_of(secret, code, factor.seconds)
    return step is not None and await queries.use_step(connection, login_id, factor.secret, step)
