"""Rate limits on passwords and codes, and which attempts count together.

The browsers unknown to an account share one allowance; a known one has its own, which nobody else
can exhaust. After a hundred consecutive wrong passwords, the password alone is no longer accepted
there: it must be reset by mail. The count expires ninety days after the first failure, so that
occasional attempts do not keep it alive for ever.

Codes are counted apart from passwords: a password reset by mail must not give new attempts at them.
After thirty consecutive refused codes, no further code is accepted there until the count expires,
seven days after the first one (web.auth.two_factor.rules); recovery codes still are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Hit, Limit
from web.core.runtime import Runtime

QUARTER = 900
FAILURES_BEFORE_RESET = 100
FAILURES_SECONDS = 90 * DAY
# Over all accounts, from one network address: schools and town halls share one.
FAILURES_PER_ADDRESS = Limit("failed logins per address", 300, QUARTER)
IN_A_ROW_PER_DEVICE = Limit(
    "failures in a row per known device", FAILURES_BEFORE_RESET, FAILURES_SECONDS
)
# Each open session has an allowance of its own.
CONFIRMATIONS = Limit("current passwords per session", 10, QUARTER)
CONFIRMATIONS_IN_ALL = Limit("current passwords per session in all", 30, 12 * 3600)


@dataclass(frozen=True)
class AttemptKey:
    """The account attempted, by the digest that finds it, and the origin of the attempt.

    `device` is the digest of a known device token; without one the network `address` is limited
    too, if it is given.
    """

    subject: bytes
    device: bytes | None
    address: str = ""


@dataclass(frozen=True)
class PossibleHit:
    """A hit that an attempt counts if it comes from this known device; None: from no known one."""

    device: bytes | None
    bucket: bytes
    limit: Limit


@dataclass(frozen=True)
class AttemptLimits:
    """The rate limits of a password or code: for all unknown browsers together, for a known one."""

    soon: Limit
    soon_on_device: Limit

    @property
    def shared(self) -> tuple[Limit, ...]:
        """The limits of the unknown browsers together."""
        return (self.soon,)

    @property
    def on_device(self) -> tuple[Limit, ...]:
        """The limits of a known browser."""
        return (self.soon_on_device,)


@dataclass(frozen=True)
class ConsecutiveLimits(AttemptLimits):
    """Rate limits that also bound the consecutive failures, until a success."""

    in_a_row: Limit
    in_a_row_on_device: Limit

    @property
    def shared(self) -> tuple[Limit, ...]:
        """The limits of the unknown browsers together."""
        return (self.soon, self.in_a_row)

    @property
    def on_device(self) -> tuple[Limit, ...]:
        """The limits of a known browser."""
        return (self.soon_on_device, self.in_a_row_on_device)

    def is_in_a_row(self, limit: Limit) -> bool:
        """Return whether this is a limit of consecutive failures."""
        return limit in (self.in_a_row, self.in_a_row_on_device)


def list_possible_hits(
    runtime: Runtime, tries: AttemptLimits, subject: bytes, shown: Sequence[bytes], address: str
) -> list[PossibleHit]:
    """Return the hits of an attempt whose browser is not yet known to be known, or not."""
    keys = [AttemptKey(subject, None, address), *(AttemptKey(subject, one) for one in shown)]
    return [
        PossibleHit(key.device, bucket, limit)
        for key in keys
        for bucket, limit in runtime.limits.buckets(_attempted(tries, key)).items()
    ]


async def count_attempt(
    runtime: Runtime, tries: AttemptLimits, attempt_key: AttemptKey
) -> tuple[Hit, ...]:
    """Count an attempt before verifying it, so that parallel guesses cannot exceed a limit.

    Give the hits back when it succeeds. Raises TooManyAttemptsError.
    """
    return await runtime.limits.hit_with_retries(*_attempted(tries, attempt_key))


def failures_in_a_row(tries: ConsecutiveLimits, attempt_key: AttemptKey) -> list[tuple[Limit, str]]:
    """Return what a success resets: the consecutive failures of the browser it came from."""
    limit = tries.in_a_row if attempt_key.device is None else tries.in_a_row_on_device
    return _counted([limit], attempt_key.device or attempt_key.subject)


async def reset_shared_failures(
    runtime: Runtime, connection: Connection, subject: bytes, *kinds: AttemptLimits
) -> None:
    """Reset the failure counters of the browsers unknown to the account."""
    limits = {limit for tries in kinds for limit in tries.shared}
    await runtime.limits.forget(connection, *_counted(limits, subject))


async def reset_device_failures(
    runtime: Runtime, connection: Connection, subject: bytes, *kinds: AttemptLimits
) -> None:
    """Reset the failure counters of the browsers known to the account."""
    rows = await connection.fetch(
        "SELECT token_digest FROM known_device WHERE subject_digest = $1", subject
    )
    limits = {limit for tries in kinds for limit in tries.on_device}
    counted = [pair for row in rows for pair in _counted(limits, bytes(row["token_digest"]))]
    await runtime.limits.forget(connection, *counted)


async def count_confirmation(runtime: Runtime, session_id: UUID) -> tuple[Hit, ...]:
    """Count a current password typed in an open session. Raises TooManyAttemptsError."""
    subject = str(session_id)
    return await runtime.limits.hit((CONFIRMATIONS, subject), (CONFIRMATIONS_IN_ALL, subject))


def _attempted(tries: AttemptLimits, attempt_key: AttemptKey) -> list[tuple[Limit, str]]:
    if attempt_key.device is not None:
        return _counted(tries.on_device, attempt_key.device)
    counted = _counted(tries.shared, attempt_key.subject)
    if attempt_key.address:
        counted.append((FAILURES_PER_ADDRESS, attempt_key.address))
    return counted


def _counted(limits: Iterable[Limit], subject: bytes) -> list[tuple[Limit, str]]:
    return [(limit, subject.hex()) for limit in limits]
