"""A change of address that the service was asked for."""

from __future__ import annotations

from tests.support.titulaires.people import Person
from web.assistance.accounts import Identifier, lock_one
from web.assistance.email_change.asking import ask_change
from web.auth.logins import LoginKind
from web.core.runtime import Runtime


async def ask_for(runtime: Runtime, person: Person, email: str) -> None:
    """Request the change, as the operator's command does."""
    async with runtime.db.transaction() as connection:
        found = Identifier(nir=person.nir)
        account = await lock_one(runtime, connection, found, LoginKind.TITULAIRE)
        await ask_change(runtime, connection, account, "Messagerie perdue", email)
