"""Removal of the second factor that a titulaire has lost, by an operator."""

from __future__ import annotations

import structlog

from web.auth.titulaires.second_factor import tell_factor
from web.auth.two_factor.lost import queries
from web.auth.two_factor.rules import FactorEvent
from web.auth.two_factor.service import remove_lost
from web.core.runtime import Runtime
from web.people.identity import ACCOUNT_IDENTITY, email_digests

log = structlog.get_logger("support")


class UnknownTitulaireError(Exception):
    """No titulaire has this address."""


async def remove_lost_factor(runtime: Runtime, email: str) -> bool:
    """Remove the second factor of the titulaire of this address, and end all sessions.

    Returns False when there was no second factor. Raises UnknownTitulaireError.
    """
    digests = email_digests(runtime.hasher, email)
    async with runtime.db.transaction() as connection:
        found = await queries.lock_titulaire(connection, digests)
        if found is None:
            raise UnknownTitulaireError
        if not found.has_second_factor:
            return False
        await remove_lost(connection, found.id)
        address = ACCOUNT_IDENTITY.open(runtime.vault, found.identity, id=found.id).email
        person_id, event = found.person_id, FactorEvent.RESET
        await tell_factor(runtime, connection, person_id, address, event, device="")
    log.info("second factor removed", kind="titulaire", account=str(found.id))
    return True
