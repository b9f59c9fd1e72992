"""The lock of an account, which every change of it takes first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class AccountRow:
    """An account, locked until the transaction ends; `identity` is encrypted."""

    id: UUID
    person_id: UUID
    identity: bytes


async def lock_account(connection: Connection, account_id: UUID) -> AccountRow | None:
    """Lock and return the account, so that no concurrent update is lost."""
    row = await connection.fetchrow(
        """
        SELECT account.id, person_id, identity
        FROM login JOIN account ON account.id = login.id
        WHERE login.id = $1 FOR UPDATE OF login, account
        """,
        account_id,
    )
    return AccountRow(**row) if row else None
