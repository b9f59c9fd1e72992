"""The declaration of DIF hours (Code du travail, R6323-7: by the titulaire, for all employers)."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.core.rate_limit import TooManyAttemptsError
from web.core.runtime import Runtime
from web.hours import queries
from web.hours.queries import DifOutcome
from web.people.queries import lock_person

log = structlog.get_logger("hours")


class DifLockedError(Exception):
    """A dossier was validated first: the DIF balance is unchanged."""


async def declare_dif(runtime: Runtime, person_id: UUID, hours: int, device: str = "") -> None:
    """Bring the DIF balance to `hours`; the same number changes nothing.

    A balance declared after the end of the DIF is kept as a record. `device` is the kind of
    device, for the history. Raises DifLockedError when a validation came first,
    TooManyAttemptsError when it was changed too often in a day.
    """
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        outcome = await queries.set_dif(connection, person_id, hours, device)
    if outcome is DifOutcome.LOCKED:
        raise DifLockedError
    if outcome is DifOutcome.TOO_MANY:
        raise TooManyAttemptsError(queries.CHANGES_A_DAY, queries.CHANGES_A_DAY.seconds)
    log.info("dif declared")
