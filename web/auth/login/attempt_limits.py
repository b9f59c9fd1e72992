"""Rate limits on passwords and codes, and which attempts count together.

The browsers unknown to an account share one allowance; a known one has its own, which nobody else
can exhaust. After a hundred consecutive failures the password alone is no longer accepted there:
it must be reset by mail. The count expires ninety days after the first failure, so that occasional
attempts do not maintain it for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Hit, Limit
from web.core.runtime import Runtime

QUARTER = 900
FAILURES_BEFORE_RESET = 100
FAILURES_SECONDS = 90 * DAY
# Whatever the account, from one network address: schools and town halls share one.
FAILURES_PER_ADDRESS = Limit("failed logins per address", 300, QUARTER)
IN_A_ROW_PER_DEVICE = Limit(
    "failures in a row per known device", FAILURES_BEFORE_RESET, FAILURES_SECONDS
)
# In an open session: its own allowance, until it ends.
CONFIRMATIONS = Limit("current passwords per session", 10, QUARTER)
CONFIRMATIONS_IN_ALL = Limit("current passwords per session in all", 30, 12 * 3600)


@dataclass(frozen=True)
class AttemptLimits:
    """The rate limits of a password or code: for all unknown browsers together, for a known one.

    A password and the code that follows it share `in_a_row`.
    """

    soon: Limit
    in_a_row: Limit
    soon_on_device: Limit
    in_a_row_on_device: Limit = IN_A_ROW_PER_DEVICE

    def is_in_a_row(self, limit: Limit) -> bool:
        """Return whether this is a limit of consecutive failures."""
        return limit in (self.in_a_row, self.in_a_row_on_device)


@dataclass(frozen=True)
class AttemptKey:
    """The account attempted, by the digest it is found by, and the origin of the attempt.

    `device` is the digest of a known device token; without one the network `address` is limited
    too, if it is given.
    """

    subject: bytes
    device: bytes | None
    address: str = ""


async def count_attempt(
    runtime: Runtime, tries: AttemptLimits, attempt_key: AttemptKey
) -> tuple[Hit, ...]:
    """Count an attempt before verifying it, so that parallel guesses cannot exceed a limit.

    Give the hits back when it succeeds. Raises TooManyAttemptsError.
    """
    if attempt_key.device is not None:
        subject = attempt_key.device.hex()
        counted = [(tries.soon_on_device, subject), (tries.in_a_row_on_device, subject)]
    else:
        subject = attempt_key.subject.hex()
        counted = [(tries.soon, subject), (tries.in_a_row, subject)]
        if attempt_key.address:
            counted.append((FAILURES_PER_ADDRESS, attempt_key.address))
    return await runtime.limits.hit_with_retries(*counted)


async def reset_failures(
    runtime: Runtime, connection: Connection, tries: AttemptLimits, attempt_key: AttemptKey
) -> None:
    """Reset the consecutive failures after a success, only for the browser it came from."""
    if attempt_key.device is not None:
        counted = (tries.in_a_row_on_device, attempt_key.device.hex())
    else:
        counted = (tries.in_a_row, attempt_key.subject.hex())
    await runtime.limits.forget(connection, counted)


async def reset_shared_failures(
    runtime: Runtime, connection: Connection, subject: bytes, *kinds: AttemptLimits
) -> None:
    """Reset the failure counters of the browsers unknown to the account."""
    limits = {limit for tries in kinds for limit in (tries.soon, tries.in_a_row)}
    await runtime.limits.forget(connection, *((limit, subject.hex()) for limit in limits))


async def reset_device_failures(
    runtime: Runtime, connection: Connection, subject: bytes, *kinds: AttemptLimits
) -> None:
    """Reset the failure counters of the browsers known to the account."""
    rows = await connection.fetch(
        "SELECT token_digest FROM known_device WHERE subject_digest = $1", subject
    )
    limits = {
        limit for tries in kinds for limit in (tries.soon_on_device, tries.in_a_row_on_device)
    }
    await runtime.limits.forget(
        connection,
        *((limit, bytes(row["token_digest"]).hex()) for limit in limits for row in rows),
    )


async def count_confirmation(runtime: Runtime, session_id: UUID) -> tuple[Hit, ...]:
    """Count a current password typed in an open session. Raises TooManyAttemptsError."""
    subject = str(session_id)
    return await runtime.limits.hit((CONFIRMATIONS, subject), (CONFIRMATIONS_IN_ALL, subject))
