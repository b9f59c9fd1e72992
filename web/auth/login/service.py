"""Login with a password, the same for both kinds of account.

An unknown identifier costs the same work as a known one: one look-up, one hash, the same writes,
one answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic

import structlog

from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.login.attempt_limits import AttemptKey, failures_in_a_row, list_possible_hits
from web.auth.login.queries import Credentials, NextStep, count_and_find, find_credentials
from web.auth.logins import upgrade_password_hash
from web.auth.password.credentials import (
    Attempt,
    ChangedSinceError,
    RefusedLoginError,
    password_matches,
    upgraded_hash,
)
from web.auth.sessions.known_devices import Device, forget_oldest
from web.auth.sessions.login_queries import CompletedLogin, OpenResult, open_session
from web.core.crypto.vault import Hasher
from web.core.db.connection import Connection
from web.core.rate_limit import Hit, Limit, TooManyAttemptsError, retry_refused
from web.core.runtime import Runtime

log = structlog.get_logger("login")


class ResetNeededError(Exception):
    """Too many consecutive failures: the password must be reset by mail."""


class BlockedAccountError(Exception):
    """The password is right, and the service has blocked the account."""


class TooManyLoginsError(TooManyAttemptsError):
    """The account reached its daily limit of logins."""


@dataclass(frozen=True)
class CountedAttempt:
    """An attempt and its hits; `reset` are the limits that its success resets besides."""

    key: AttemptKey
    hits: tuple[Hit, ...] = ()
    reset: Sequence[tuple[Limit, str]] = ()


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
    attempts. `note_refused` is called with the first digest and the kind of device.
    """

    kind: AccountKind[AnyOwner]
    digests: Callable[[Hasher, str], Sequence[bytes]]
    credentials: type[Credentials[AnyOwner]]
    note_refused: Callable[[Connection, bytes, str], Awaitable[None]] | None = None

    async def log_in(
        self, runtime: Runtime, identifier: str, password: str, attempt: Attempt
    ) -> Opened[AnyOwner]:
        """Check the password and open a session under a fresh token.

        Raises RefusedLoginError, ResetNeededError, BlockedAccountError, TooManyAttemptsError,
        HashingOverloadedError.
        """
        digests = self.digests(runtime.hasher, identifier)
        found, hits = await self._count_and_find(runtime, digests, attempt)
        counted = CountedAttempt(AttemptKey(digests[0], found.known_by, attempt.address), hits)
        try:
            try:
                return await self._enter(runtime, found, password, attempt, counted)
            except ChangedSinceError:
                shown = attempt.device.shown
                found = await find_credentials(runtime.db, self.credentials, digests, shown)
                return await self._enter(runtime, found, password, attempt, counted)
        except (BlockedAccountError, TooManyLoginsError):
            await runtime.limits.give_back(hits)
            raise

    async def _count_and_find(
        self, runtime: Runtime, digests: Sequence[bytes], attempt: Attempt
    ) -> tuple[Credentials[AnyOwner], tuple[Hit, ...]]:
        """Count the attempt before verifying it, so that parallel guesses cannot exceed a limit."""
        tries, shown = self.kind.password_tries, attempt.device.shown
        possible = list_possible_hits(runtime, tries, digests[0], shown, attempt.address)
        buckets = {hit.bucket: hit.limit for hit in possible}

        async def count() -> tuple[Credentials[AnyOwner], tuple[Hit, ...]]:
            found, counts = await count_and_find(
                runtime.db, self.credentials, digests, shown, possible
            )
            return found, await runtime.limits.accept(buckets, counts)

        try:
            return await retry_refused(count)
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
        counted: CountedAttempt,
    ) -> Opened[AnyOwner]:
        kind, device = self.kind, attempt.device
        if not await password_matches(runtime, found.password_hash, password):
            if self.note_refused is not None:
                await self.note_refused(runtime.db, counted.key.subject, device.kind)
            log.info("login refused", kind=kind.name.value)
            raise RefusedLoginError
        assert found.login_id and found.password_hash  # noqa: S101, PT018 - a password matched it
        if found.is_blocked:
            log.warning("login blocked", kind=kind.name.value, account=str(found.login_id))
            raise BlockedAccountError
        newer = await upgraded_hash(runtime, found.password_hash, password)
        owner, step = found.owner(runtime.vault), found.next_step
        # Others share the rows of an address: they are not to wait for this transaction.
        own = counted if counted.key.device else replace(counted, hits=())
        is_settled = False
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
                await complete_login(runtime, connection, kind, owner, device, own)
                is_settled = own is counted
            if newer is not None:
                await upgrade_password_hash(connection, found.login_id, found.password_hash, newer)
        if not is_settled:
            await runtime.limits.give_back(counted.hits)
        account = str(found.login_id)
        log.info("login", kind=kind.name.value, account=account, next_step=step.value)
        known_by = counted.key.device or device.offered
        return Opened(owner, step, known_by if step is NextStep.NOTHING else None)


async def complete_login(
    runtime: Runtime,
    connection: Connection,
    kind: AccountKind[AnyOwner],
    owner: AnyOwner,
    device: Device,
    attempt: CountedAttempt,
) -> None:
    """Record a complete login: reset the failures, notify the owner of an unknown browser.

    Gives the hits of the attempt back: their rows stay locked until the transaction ends. Raises
    TooManyLoginsError.
    """
    key = attempt.key
    reset = failures_in_a_row(kind.password_tries, key)
    settlement = runtime.limits.settlement(attempt.hits, [*reset, *attempt.reset])
    known_by = key.device or device.offered
    login = CompletedLogin(settlement, known_by, key.subject, device.kind)
    event_id, is_new = await kind.record_login(connection, owner, login)
    if is_new:
        await forget_oldest(connection, key.subject)
        await kind.send(runtime, connection, owner, SecurityEvent.LOGIN, event_id)
