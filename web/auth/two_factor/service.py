"""Set-up, replacement and removal of a second factor; renewal of recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import structlog

from web.auth.kinds import AccountKind, AnyAccount, AnyOwner, SecurityEvent
from web.auth.login.attempt_limits import (
    QUARTER,
    AttemptKey,
    reset_device_failures,
    reset_shared_failures,
)
from web.auth.login.service import CountedAttempt, complete_login
from web.auth.password.credentials import confirm_password
from web.auth.sessions.known_devices import Device, find_known
from web.auth.sessions.login_queries import move_session
from web.auth.sessions.queries import SessionOverError, lock_session, revoke_sessions
from web.auth.two_factor import queries
from web.auth.two_factor.code.service import RefusedCodeError
from web.auth.two_factor.recovery_codes import digest_codes
from web.auth.two_factor.rules import TOTP_SECRET, step_of
from web.core.db.command import AlreadyDoneError, Command, Rotation
from web.core.db.connection import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime

log = structlog.get_logger("security")

# Codes that confirm a new key. The session already shows the key, so there is nothing to guess.
SET_UP_CODES = Limit("codes of a new second factor per session", 10, QUARTER)


class RequiredFactorError(Exception):
    """This account cannot do without a second factor."""


@dataclass(frozen=True)
class NewFactor:
    """A secret shown to the owner, a code from their application, and new recovery codes."""

    secret: str
    code: str
    recovery_codes: Sequence[str]


async def set_up(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
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
    if account.may_enter:
        await confirm_password(runtime, kind, account, password, command)
    hits = await runtime.limits.hit_with_retries((SET_UP_CODES, str(account.session_id)))
    subject = account.subject(runtime.hasher)
    known = await find_known(runtime.db, subject, device.shown)
    attempt = CountedAttempt(AttemptKey(subject, known.token_digest if known else None))
    with suppress(AlreadyDoneError):
        async with runtime.db.once(command) as connection:
            event = await _set_up(runtime, connection, account, new, command.rotation)
            await _reset_code_failures(runtime, connection, kind, subject)
            await kind.notify(runtime, connection, account, event, device.kind)
            if not account.may_enter:
                await complete_login(runtime, connection, kind, account, device, attempt)
    await runtime.limits.give_back(hits)
    log.info("second factor set", kind=kind.name.value, account=str(account.login_id))
    return None if account.may_enter else attempt.key.device or device.offered


async def renew_codes(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
    password: str,
    recovery_codes: Sequence[str],
    command: Command,
) -> None:
    """Replace all recovery codes.

    Raises AlreadyDoneError, WrongPasswordError, SessionOverError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    await confirm_password(runtime, kind, account, password, command)
    async with runtime.db.once(command) as connection:
        await lock_session(connection, account.login_id, account.session_id)
        digests = digest_codes(runtime.hasher, account.login_id, recovery_codes)
        # Another tab may have removed the factor meanwhile: nothing was renewed.
        if await queries.replace_codes(connection, account.login_id, digests):
            event = SecurityEvent.RECOVERY_CODES_RENEWED
            await kind.notify(runtime, connection, account, event, command.device)
    log.info("recovery codes renewed", kind=kind.name.value, account=str(account.login_id))


async def remove(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
    password: str,
    command: Command,
) -> None:
    """Remove the second factor, unless it is mandatory.

    Raises AlreadyDoneError, RequiredFactorError, WrongPasswordError, SessionOverError,
    TooManyAttemptsError, HashingOverloadedError.
    """
    if account.must_have_second_factor:
        raise RequiredFactorError
    await confirm_password(runtime, kind, account, password, command)
    async with runtime.db.once(command) as connection:
        await lock_session(connection, account.login_id, account.session_id)
        if await queries.remove_factor(connection, account.login_id):
            event = SecurityEvent.SECOND_FACTOR_REMOVED
            await kind.notify(runtime, connection, account, event, command.device)
    log.info("second factor removed", kind=kind.name.value, account=str(account.login_id))


async def remove_lost(
    runtime: Runtime, connection: Connection, kind: AccountKind[AnyOwner], owner: AnyOwner
) -> bool:
    """Remove a lost second factor, for an operator, and end all sessions of the locked login.

    Returns False when there was no second factor.
    """
    if not await queries.remove_factor(connection, owner.login_id):
        return False
    await revoke_sessions(connection, owner.login_id)
    await _reset_code_failures(runtime, connection, kind, owner.subject(runtime.hasher))
    await kind.notify(runtime, connection, owner, SecurityEvent.SECOND_FACTOR_RESET, device="")
    return True


async def are_current(runtime: Runtime, login_id: UUID, codes: Sequence[str]) -> bool:
    """Return whether these are all unused recovery codes of the login."""
    digests = digest_codes(runtime.hasher, login_id, codes)
    return await queries.are_current_codes(runtime.db, login_id, digests)


async def _reset_code_failures(
    runtime: Runtime, connection: Connection, kind: AccountKind[AnyOwner], subject: bytes
) -> None:
    """Reset the counts of refused codes: those were for the previous factor."""
    await reset_shared_failures(runtime, connection, subject, *kind.factor_tries)
    await reset_device_failures(runtime, connection, subject, *kind.factor_tries)


async def _set_up(
    runtime: Runtime,
    connection: Connection,
    account: AnyAccount,
    new: NewFactor,
    rotation: Rotation,
) -> SecurityEvent:
    """Write the factor and its codes, end the other sessions; return the event to record."""
    login_id = account.login_id
    await lock_session(connection, login_id, account.session_id)
    factor = await queries.find_factor(connection, login_id)
    step = step_of(new.secret, new.code, factor.seconds) if factor else None
    if factor is None or step is None:
        raise RefusedCodeError
    box = TOTP_SECRET.seal(runtime.vault, new.secret, id=login_id)
    if not await queries.set_factor(connection, login_id, box, step, replacing=account.may_enter):
        raise SessionOverError
    digests = digest_codes(runtime.hasher, login_id, new.recovery_codes)
    await queries.replace_codes(connection, login_id, digests)
    await revoke_sessions(connection, login_id, rotation.earlier)
    if not await move_session(connection, login_id, rotation):
        raise SessionOverError
    if factor.secret is None:
        return SecurityEvent.SECOND_FACTOR_SET
    return SecurityEvent.SECOND_FACTOR_REPLACED
