"""How often a password or a code may be tried, and whose tries count together.

Browsers that an account does not know share what it allows; one that it knows has its own, which
nobody else can use up. Past a hundred failures in a row the password alone no longer works there:
it must be replaced by mail. They are forgotten ninety days after the first one, so that a try now
and then does not keep them for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db import Connection
from web.core.rate_limit import Hit, Limit, TooManyAttemptsError
from web.core.runtime import Runtime

QUARTER = 900
FAILURES_BEFORE_RESET = 100
FAILURES_SECONDS = 90 * 86400
# Whoever they are for, from one network address: schools and town halls share one.
FAILURES_PER_ADDRESS = Limit("failed logins per address", 300, QUARTER)
IN_A_ROW_PER_DEVICE = Limit(
    "failures in a row per known device", FAILURES_BEFORE_RESET, FAILURES_SECONDS
)
# Within a session, which the password has opened: its own, until it ends.
CONFIRMATIONS = Limit("current passwords per session", 10, QUARTER)
CONFIRMATIONS_IN_ALL = Limit("current passwords per session in all", 30, 12 * 3600)


class ResetNeededError(Exception):
    """So many failures in a row that the password must be replaced by mail."""


@dataclass(frozen=True)
class Tries:
    """The limits of what is tried: for all browsers an account does not know, and for one it does.

    `in_a_row` is the same for a password and for the code that follows it.
    """

    soon: Limit
    in_a_row: Limit
    soon_on_device: Limit


@dataclass(frozen=True)
class Trier:
    """Which account is tried, by the digest it is found by, and from where.

    `device` is the digest of the device token that the account knows; without one the network
    `address` counts too, if it is given.
    """

    subject: bytes
    device: bytes | None
    address: str = ""


async def count_try(runtime: Runtime, tries: Tries, trier: Trier) -> tuple[Hit, ...]:
    """Count before what is tried is judged: parallel guesses cannot pass a limit together.

    Give the hits back when it was right. Raises TooManyAttemptsError, ResetNeededError.
    """
    if trier.device is not None:
        subject, soon, in_a_row = trier.device.hex(), tries.soon_on_device, IN_A_ROW_PER_DEVICE
    else:
        subject, soon, in_a_row = trier.subject.hex(), tries.soon, tries.in_a_row
    counted = [(soon, subject), (in_a_row, subject)]
    if trier.device is None and trier.address:
        counted.append((FAILURES_PER_ADDRESS, trier.address))
    try:
        return await runtime.limits.hit_patiently(*counted)
    except TooManyAttemptsError as error:
        if error.limit == in_a_row:
            raise ResetNeededError from None
        raise


async def forget_in_a_row(
    runtime: Runtime, connection: Connection, tries: Tries, trier: Trier
) -> None:
    """The owner is back: reset the failures in a row where they came back, and only there."""
    if trier.device is not None:
        await runtime.limits.forget(connection, (IN_A_ROW_PER_DEVICE, trier.device.hex()))
    else:
        await runtime.limits.forget(connection, (tries.in_a_row, trier.subject.hex()))


async def forget_all_tries(
    runtime: Runtime, connection: Connection, subject: bytes, *kinds: Tries
) -> None:
    """Forget the tries from browsers that the account does not know."""
    limits = {limit for tries in kinds for limit in (tries.soon, tries.in_a_row)}
    await runtime.limits.forget(connection, *((limit, subject.hex()) for limit in limits))


async def forget_device_tries(
    runtime: Runtime, connection: Connection, subject: bytes, *kinds: Tries
) -> None:
    """Forget the tries from browsers that the account knows."""
    rows = await connection.fetch(
        "SELECT token_digest FROM known_device WHERE subject_digest = $1", subject
    )
    limits = {IN_A_ROW_PER_DEVICE, *(tries.soon_on_device for tries in kinds)}
    await runtime.limits.forget(
        connection,
        *((limit, bytes(row["token_digest"]).hex()) for limit in limits for row in rows),
    )


async def count_confirmation(runtime: Runtime, session_id: UUID) -> tuple[Hit, ...]:
    """Count a current password typed in an open session. Raises TooManyAttemptsError."""
    subject = str(session_id)
    return await runtime.limits.hit((CONFIRMATIONS, subject), (CONFIRMATIONS_IN_ALL, subject))
