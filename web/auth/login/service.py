"""Login with a password, the same for both kinds of account.

An unknown identifier costs the same work as a known one: one look-up, one hash, the same writes,
one answer.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from web.auth.login.attempt_limits import AttemptKey, AttemptLimits, ResetNeededError, count_attempt
from web.auth.logins import LoginKind, upgrade_password_hash
from web.auth.password.credentials import (
    Attempt,
    ChangedSinceError,
    RefusedLoginError,
    password_matches,
    upgraded_hash,
)
from web.auth.sessions.known_devices import Device
from web.auth.sessions.queries import OpenResult, open_session
from web.core.db.connection import Connection
from web.core.rate_limit import Hit, TooManyAttemptsError
from web.core.runtime import Runtime

log = structlog.get_logger("login")


class NextStep(enum.Enum):
    """The step that follows the password."""

    NOTHING = "nothing"
    CODE = "code"
    SECOND_FACTOR = "second factor"


class TooManyLoginsError(TooManyAttemptsError):
    """The account reached its daily limit of logins."""


@dataclass(frozen=True)
class Credentials:
    """The account found by an identifier; `login_id` and `password_hash` are None without one.

    `known_by` is the digest of the device token that makes the browser a known one, or None.
    """

    login_id: UUID | None
    password_hash: str | None
    known_by: bytes | None


Found = TypeVar("Found", bound=Credentials)
Find = Callable[[Connection, Sequence[bytes]], Awaitable[Found]]


@dataclass(frozen=True)
class Opened(Generic[Found]):
    """A session opened by a password, and the next step of its login.

    `known_by`: the digest of the device token to keep, once the login is complete.
    """

    account: Found
    step: NextStep
    known_by: bytes | None


@dataclass(frozen=True)
class PasswordLogin(Generic[Found]):
    """The login of one kind of account.

    `note_refused` is called with the digest of the identifier and the kind of device. `complete`
    records a login that needs no further step, in its transaction, and tells the owner of an
    unknown browser; it may raise TooManyLoginsError.
    """

    kind: LoginKind
    tries: AttemptLimits
    next_step: Callable[[Found], NextStep]
    note_refused: Callable[[Connection, bytes, str], Awaitable[None]]
    complete: Callable[[Runtime, Connection, Found, Device, AttemptKey], Awaitable[object]]

    async def log_in(
        self, runtime: Runtime, subject: bytes, find: Find[Found], password: str, attempt: Attempt
    ) -> Opened[Found]:
        """Check the password and open a session under a fresh token.

        `subject` is the digest of the identifier; `find` finds its account by the device tokens
        shown. Raises RefusedLoginError, ResetNeededError, TooManyAttemptsError,
        HashingOverloadedError.
        """
        found = await find(runtime.db, attempt.device.shown)
        attempt_key = AttemptKey(subject, found.known_by, attempt.address)
        hits = await self._count(runtime, attempt_key)
        try:
            try:
                opened = await self._enter(runtime, found, password, attempt, attempt_key)
            except ChangedSinceError:
                found = await find(runtime.db, attempt.device.shown)
                opened = await self._enter(runtime, found, password, attempt, attempt_key)
        except TooManyLoginsError:
            await runtime.limits.give_back(hits)
            raise
        await runtime.limits.give_back(hits)
        return opened

    async def _count(self, runtime: Runtime, attempt_key: AttemptKey) -> tuple[Hit, ...]:
        try:
            return await count_attempt(runtime, self.tries, attempt_key)
        except (TooManyAttemptsError, ResetNeededError):
            log.warning("login throttled", kind=self.kind.value)
            raise

    async def _enter(
        self,
        runtime: Runtime,
        found: Found,
        password: str,
        attempt: Attempt,
        attempt_key: AttemptKey,
    ) -> Opened[Found]:
        if not await password_matches(runtime, found.password_hash, password):
            await self.note_refused(runtime.db, attempt_key.subject, attempt.device.kind)
            log.info("login refused", kind=self.kind.value)
            raise RefusedLoginError
        assert found.login_id and found.password_hash  # noqa: S101, PT018 - a password matched it
        newer = await upgraded_hash(runtime, found.password_hash, password)
        step = self.next_step(found)
        async with runtime.db.transaction() as connection:
            opened = await open_session(
                connection,
                attempt.token_digest,
                found.login_id,
                found.password_hash,
                attempt.device.kind,
                complete=step is NextStep.NOTHING,
            )
            if opened is OpenResult.REFUSED:
                raise ChangedSinceError
            if opened is OpenResult.OPENED and step is NextStep.NOTHING:
                await self.complete(runtime, connection, found, attempt.device, attempt_key)
            if newer is not None:
                await upgrade_password_hash(connection, found.login_id, found.password_hash, newer)
        account = str(found.login_id)
        log.info("login", kind=self.kind.value, account=account, next_step=step.value)
        known_by = attempt_key.device or attempt.device.offered
        return Opened(found, step, known_by if step is NextStep.NOTHING else None)
