"""Declaring DIF hours (Code du travail, R6323-7: declared by the titulaire, over all employers)."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.accounts.balances import dif_end_of
from web.accounts.people import lock_person
from web.core.rate_limit import TooManyAttemptsError
from web.core.runtime import Runtime
from web.hours import queries
from web.hours.queries import HoursAccount

log = structlog.get_logger("hours")


class DifLockedError(Exception):
    """A dossier was validated first: the DIF stays as it was."""

    def __init__(self, account: HoursAccount) -> None:
        super().__init__("locked")
        self.account = account


async def hours_of(runtime: Runtime, person_id: UUID) -> HoursAccount:
    """The person's ledger and balances."""
    async with runtime.db.connection() as connection:
        return await queries.find_hours(connection, person_id, dif_end_of(runtime))


async def declare_dif(
    runtime: Runtime, person_id: UUID, hours: int, device: str = ""
) -> HoursAccount:
    """Bring the DIF balance to `hours`; saving the same number again changes nothing.

    Once the DIF has ended it is still kept, as a record of hours that have ended.
    `device` is the kind of device it is declared from, for the history.
    Returns the account after it. Raises DifLockedError when a validation came first,
    TooManyAttemptsError when it was changed too often today.
    """
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        await queries.set_dif(connection, person_id, hours, device)
        account = await queries.find_hours(connection, person_id, dif_end_of(runtime))
    if account.lock is not None and account.dif != hours:
        raise DifLockedError(account)
    if account.dif != hours:
        raise TooManyAttemptsError(queries.CHANGES_A_DAY, queries.CHANGES_A_DAY.seconds)
    log.info("dif declared")
    return account
