"""The query of the titulaire who lost a second factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class KnownTitulaire:
    """The titulaire of an address, locked until the transaction ends; `identity` is sealed."""

    id: UUID
    person_id: UUID
    identity: bytes


async def lock_titulaire(connection: Connection, digests: Sequence[bytes]) -> KnownTitulaire | None:
    """Lock the login and the account of an address, so that any other change of them waits.

    `digests` are those of `email_digests`; a match on the last is preferred.
    """
    row = await connection.fetchrow(
        """
        SELECT account.id, account.person_id, account.identity
        FROM login JOIN account ON account.id = login.id
        WHERE account.email_digest = ANY ($1::bytea[])
        ORDER BY array_position($1::bytea[], account.email_digest) DESC LIMIT 1
        FOR NO KEY UPDATE OF login, account
        """,
        digests,
    )
    return KnownTitulaire(**row) if row else None
