"""Login with a password, the same for both kinds of account.

An unknown identifier costs the same work as a known one: one look-up, one hash, the same writes,
one answer.
"""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic
from uuid import UUID

import structlog

from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.login.attempt_limits import AttemptKey, count_attempt, reset_failures
from web.auth.logins import upgrade_password_hash
from web.auth.password.credentials import (
    Attempt,
    ChangedSinceError,
    RefusedLoginError,
    password_matches,
    upgraded_hash,
)
from web.auth.sessions.known_devices import Device, record_device_login
from web.auth.sessions.login_queries import OpenResult, open_session
from web.core.crypto.vault import Hasher, Vault
from web.core.db.connection import Connection
from web.core.rate_limit import Hit, TooManyAttemptsError
from web.core.runtime import Runtime

log = structlog.get_logger("login")


class NextStep(enum.Enum):
    """The step that follows the password; its value names the address of that step."""

    NOTHING = "nothing"
    CODE = "code"
    SECOND_FACTOR = "second-factor"


class ResetNeededError(Exception):
    """Too many consecutive failures: the password must be reset by mail."""


class TooManyLoginsError(TooManyAttemptsError):
    """The account reached its daily limit of logins."""


@dataclass(frozen=True)
class Credentials(ABC, Generic[AnyOwner]):
    """The account found by an identifier; `login_id` and `password_hash` are None without one.

    `known_by` is the digest of the device token that makes the browser a known one, or None.
    """

    login_id: UUID | None
    password_hash: str | None
    known_by: bytes | None
    has_second_factor: bool

    @property
    def next_step(self) -> NextStep:
        """The step that follows the password."""
        return NextStep.CODE if self.has_second_factor else NextStep.NOTHING

    @abstractmethod
    def owner(self, vault: Vault) -> AnyOwner:
        """Return the owner of the account, once a password has matched its own."""


@dataclass(frozen=True)
class Opened(Generic[AnyOwner]):
    """A session opened by a password, its owner, and the next step of the login.

    `known_by`: the digest of the device token to keep, once the login is complete.
    """

    owner: AnyOwner
    step: NextStep
    known_by: bytes | None


@dataclass(frozen=True)
class PasswordLogin(Generic[AnyOwner]):
    """The login of one kind of account.

    `digests` returns those by which an identifier as typed is found; the first one keys its
    attempts. `find` finds the account by them, and by the device tokens shown. `note_refused` is
    called with the first digest and the kind of device.
    """

    kind: AccountKind[AnyOwner]
    digests: Callable[[Hasher, str], Sequence[bytes]]
    find: Callable[[Connection, Sequence[bytes], Sequence[bytes]], Awaitable[Credentials[AnyOwner]]]
    note_refused: Callable[[Connection, bytes, str], Awaitable[None]] | None = None

    async def log_in(
        self, runtime: Runtime, identifier: str, password: str, attempt: Attempt
    ) -> Opened[AnyOwner]:
        """Check the password and open a session under a fresh token.

        Raises RefusedLoginError, ResetNeededError, TooManyAttemptsError, HashingOverloadedError.
        """
        digests = self.digests(runtime.hasher, identifier)
        found = await self.find(runtime.db, digests, attempt.device.shown)
        attempt_key = AttemptKey(digests[0], found.known_by, attempt.address)
        hits = await self._count(runtime, attempt_key)
        try:
            try:
                opened = await self._enter(runtime, found, password, attempt, attempt_key)
            except ChangedSinceError:
                found = await self.find(runtime.db, digests, attempt.device.shown)
                opened = await self._enter(runtime, found, password, attempt, attempt_key)
        except TooManyLoginsError:
            await runtime.limits.give_back(hits)
            raise
        await runtime.limits.give_back(hits)
        return opened

    async def _count(self, runtime: Runtime, attempt_key: AttemptKey) -> tuple[Hit, ...]:
        tries = self.kind.password_tries
        try:
            return await count_attempt(runtime, tries, attempt_key)
        except TooManyAttemptsError as error:
            log.warning("login throttled", kind=self.kind.name.value)
            if tries.is_in_a_row(error.limit):
                raise ResetNeededError from None
            raise

    async def _enter(
        self,
        runtime: Runtime,
        found: Credentials[AnyOwner],
        password: str,
        attempt: Attempt,
        attempt_key: AttemptKey,
    ) -> Opened[AnyOwner]:
        kind, device = self.kind, attempt.device
        if not await password_matches(runtime, found.password_hash, password):
            if self.note_refused is not None:
                await self.note_refused(runtime.db, attempt_key.subject, device.kind)
            log.info("login refused", kind=kind.name.value)
            raise RefusedLoginError
        assert found.login_id and found.password_hash  # noqa: S101, PT018 - a password matched it
        newer = await upgraded_hash(runtime, found.password_hash, password)
        owner, step = found.owner(runtime.vault), found.next_step
        async with runtime.db.transaction() as connection:
            opened = await open_session(
                connection,
                attempt.token_digest,
                found.login_id,
                found.password_hash,
                device.kind,
                complete=step is NextStep.NOTHING,
            )
            if opened is OpenResult.REFUSED:
                raise ChangedSinceError
            if opened is OpenResult.OPENED and step is NextStep.NOTHING:
                await complete_login(runtime, connection, kind, owner, device, attempt_key)
            if newer is not None:
                await upgrade_password_hash(connection, found.login_id, found.password_hash, newer)
        account = str(found.login_id)
        log.info("login", kind=kind.name.value, account=account, next_step=step.value)
        known_by = attempt_key.device or device.offered
        return Opened(owner, step, known_by if step is NextStep.NOTHING else None)


async def complete_login(
    runtime: Runtime,
    connection: Connection,
    kind: AccountKind[AnyOwner],
    owner: AnyOwner,
    device: Device,
    attempt_key: AttemptKey,
) -> None:
    """Record a complete login: reset the failures, notify the owner of an unknown browser.

    Raises TooManyLoginsError.
    """
    await reset_failures(runtime, connection, kind.password_tries, attempt_key)
    event_id = await kind.record(connection, owner, SecurityEvent.LOGIN, device.kind)
    known_by = attempt_key.device or device.offered
    if await record_device_login(connection, attempt_key.subject, known_by, device.kind):
        await kind.send(runtime, connection, owner, SecurityEvent.LOGIN, event_id)
