"""The declaration of DIF hours (Code du travail, R6323-7: by the titulaire, for all employers)."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.core.rate_limit import TooManyAttemptsError
from web.core.runtime import Runtime
from web.hours import queries
from web.hours.balances import current_dif_end
from web.hours.queries import HoursAccount
from web.people.queries import lock_person

log = structlog.get_logger("hours")


class DifLockedError(Exception):
    """A dossier was validated first: the DIF balance is unchanged."""

    def __init__(self, account: HoursAccount) -> None:
        super().__init__("locked")
        self.account = account


async def declare_dif(
    runtime: Runtime, person_id: UUID, hours: int, device: str = ""
) -> HoursAccount:
    """Bring the DIF balance to `hours`, and return the account; the same number changes nothing.

    A balance declared after the end of the DIF is kept as a record. `device` is the kind of
    device, for the history. Raises DifLockedError when a validation came first,
    TooManyAttemptsError when it was changed too often in a day.
    """
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        await queries.set_dif(connection, person_id, hours, device)
        account = await queries.get_hours(connection, person_id, current_dif_end(runtime))
    if account.lock is not None and account.dif != hours:
        raise DifLockedError(account)
    if account.dif != hours:
        raise TooManyAttemptsError(queries.CHANGES_A_DAY, queries.CHANGES_A_DAY.seconds)
    log.info("dif declared")
    return account
