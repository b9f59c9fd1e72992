"""The verification of a password, at login and in a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from web.auth.login.attempt_limits import (
    FAILURES_BEFORE_RESET,
    FAILURES_SECONDS,
    QUARTER,
    AttemptLimits,
    count_confirmation,
)
from web.auth.logins import find_password_hash
from web.auth.sessions.known_devices import Device
from web.auth.sessions.titulaire import TitulaireSession
from web.core.db.command import Command, check_not_done
from web.core.db.connection import Connection
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.domain.password_policy import LONGEST_PASSWORD, normalise
from web.people.history import Actor, EventKind, record_event

PASSWORD_TRIES = AttemptLimits(
    Limit("failed logins per NIR", 10, QUARTER),
    Limit("failures in a row per NIR", FAILURES_BEFORE_RESET, FAILURES_SECONDS),
    Limit("failed logins per known device", 10, QUARTER),
)
CODE_TRIES = AttemptLimits(
    Limit("second factor codes per NIR", 10, QUARTER),
    PASSWORD_TRIES.in_a_row,
    Limit("second factor codes of titulaires per known device", 10, QUARTER),
)


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


async def confirm_in_session(
    runtime: Runtime,
    session_id: UUID,
    password: str,
    command: Command,
    login_id: UUID,
    note_refused: Callable[[Connection], Awaitable[object]] | None = None,
) -> None:
    """Verify the current password, before an action that a session alone does not authorise.

    Attempts are counted per session, so that nobody can exhaust them from elsewhere. A wrong
    password is recorded, unless an earlier copy of the same request has just changed it. Raises
    AlreadyDoneError, WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """
    hits = await count_confirmation(runtime, session_id)
    password_hash = await find_password_hash(runtime.db, login_id)
    if not await password_matches(runtime, password_hash, password):
        async with runtime.db.transaction() as connection:
            await check_not_done(connection, command.digest)
            if note_refused is not None:
                await note_refused(connection)
        raise WrongPasswordError
    await runtime.limits.give_back(hits)


async def confirm_password(
    runtime: Runtime, titulaire: TitulaireSession, password: str, command: Command
) -> None:
    """Verify the titulaire's password; record a wrong one in the history.

    Raises AlreadyDoneError, WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """

    async def note_refused(connection: Connection) -> object:
        # It may not have been the titulaire who typed it.
        return await record_event(
            connection,
            titulaire.person_id,
            EventKind.PASSWORD_REFUSED,
            device=command.device,
            actor=Actor.UNKNOWN,
        )

    await confirm_in_session(
        runtime, titulaire.session_id, password, command, titulaire.account_id, note_refused
    )
