"""Removal of the second factor that a titulaire has lost, by an operator."""

from __future__ import annotations

import structlog

from web.auth.sessions.titulaire import Titulaire
from web.auth.titulaires.kind import TITULAIRE
from web.auth.two_factor.lost import queries
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
        identity = ACCOUNT_IDENTITY.open(runtime.vault, found.identity, id=found.id)
        titulaire = Titulaire(found.id, found.person_id, identity)
        removed = await remove_lost(runtime, connection, TITULAIRE, titulaire)
    if removed:
        log.info("second factor removed", kind="titulaire", account=str(found.id))
    return removed
