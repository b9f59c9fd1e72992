"""The verification of a password, at login and in a session."""

from __future__ import annotations

from dataclasses import dataclass

from web.auth.kinds import AccountKind, AnyAccount, SecurityEvent
from web.auth.login.attempt_limits import count_confirmation
from web.auth.logins import find_password_hash
from web.auth.sessions.known_devices import Device
from web.auth.sessions.queries import note_password
from web.core.db.command import Command, check_not_done
from web.core.runtime import Runtime
from web.domain.passwords.policy import LONGEST_PASSWORD, normalise


@dataclass(frozen=True)
class Attempt:
    """A login attempt: its network address, its browser and its session.

    `token_digest` is the digest of the token made for the session.
    """

    address: str
    device: Device
    token_digest: bytes


class RefusedLoginError(Exception):
    """The identifier or the password is wrong; the error does not tell which."""


class ChangedSinceError(RefusedLoginError):
    """The account changed while the password was verified; read it again.

    It now has another password, a stronger hash of the same one, or a second factor.
    """


class WrongPasswordError(Exception):
    """The current password typed is wrong."""


async def password_matches(runtime: Runtime, password_hash: str | None, password: str) -> bool:
    """Return whether the password matches; does the same work when `password_hash` is None.

    Raises HashingOverloadedError.
    """
    typed = normalise(password)
    return await runtime.passwords.verify(password_hash, typed) and len(typed) <= LONGEST_PASSWORD


async def upgraded_hash(runtime: Runtime, password_hash: str, password: str) -> str | None:
    """Return a new hash of a password that matched; None if its hash is up to date.

    Raises HashingOverloadedError.
    """
    if not runtime.passwords.is_outdated(password_hash):
        return None
    return await runtime.passwords.hash(normalise(password))


async def confirm_password(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
    password: str,
    command: Command,
) -> None:
    """Verify the current password, before an action that a session alone does not authorise.

    Attempts are counted per session, so that nobody can exhaust them from elsewhere. A wrong
    password is recorded, unless an earlier copy of the same request has just changed it. A right
    one is recent from then on. Raises AlreadyDoneError, WrongPasswordError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    hits = await count_confirmation(runtime, account.session_id)
    password_hash = await find_password_hash(runtime.db, account.login_id)
    if not await password_matches(runtime, password_hash, password):
        async with runtime.db.transaction() as connection:
            await check_not_done(connection, command.digest)
            await kind.record(connection, account, SecurityEvent.PASSWORD_REFUSED, command.device)
        raise WrongPasswordError
    await note_password(runtime.db, account.session_id)
    await runtime.limits.give_back(hits)


async def require_recent_password(
    runtime: Runtime,
    kind: AccountKind[AnyAccount],
    account: AnyAccount,
    password: str,
    command: Command,
) -> None:
    """Verify the current password, unless it is recent; then `password` is ignored.

    The transaction of the act must then lock the session. Raises as confirm_password does.
    """
    if not account.has_recent_password:
        await confirm_password(runtime, kind, account, password, command)
