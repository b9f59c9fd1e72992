"""The account that a change locks first."""

from __future__ import annotations

from uuid import UUID

from web.auth.sessions.queries import AccountGoneError
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.people.former.records import OpenAccount
from web.people.identity import ACCOUNT_IDENTITY
from web.profile import queries


async def lock_account(runtime: Runtime, connection: Connection, account_id: UUID) -> OpenAccount:
    """Lock the account and return its current state. Raises AccountGoneError."""
    row = await queries.lock_account(connection, account_id)
    if row is None:
        raise AccountGoneError
    identity = ACCOUNT_IDENTITY.open(runtime.vault, row.identity, id=row.id)
    return OpenAccount(row.id, row.person_id, identity)
