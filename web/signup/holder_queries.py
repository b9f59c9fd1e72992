"""Accounts that have what a registration holds already: one function per question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.core.db import Connection


@dataclass(frozen=True)
class Holder:
    """The account of a NIR that is registered again; `identity` is sealed."""

    id: UUID
    identity: bytes
    was_told: bool


@dataclass(frozen=True)
class AddressOwner:
    """The account that has the address of a registration."""

    has_this_nir: bool


async def find_address_owner(
    connection: Connection, email_digests: Sequence[bytes], nir_digest: bytes
) -> AddressOwner | None:
    """The account that has this address already, and whether it is of this NIR."""
    row = await connection.fetchrow(
        """
        SELECT person.nir_digest = $2 AS has_this_nir
        FROM account JOIN person ON person.id = account.person_id
        WHERE account.email_digest = ANY ($1) ORDER BY has_this_nir DESC LIMIT 1
        """,
        email_digests,
        nir_digest,
    )
    return AddressOwner(**row) if row else None


async def lock_holder(connection: Connection, nir_digest: bytes, told_by: str) -> Holder | None:
    """The account that has this NIR already.

    `told_by` is the kind of the mail that tells it; one a day is enough, however often someone
    registers the number or asks for another link. The account stays locked until the transaction
    ends: two jobs at once would each find that nobody was told. A statement of its own, for the
    next one to see what the lock's last holder wrote.
    """
    await connection.execute(
        """
        SELECT FROM account JOIN person ON person.id = account.person_id
        WHERE person.nir_digest = $1 FOR NO KEY UPDATE OF account
        """,
        nir_digest,
    )
    row = await connection.fetchrow(
        """
        SELECT account.id, account.identity,
               EXISTS (SELECT FROM mail WHERE subject_id = account.id AND kind = $2
                       AND created_at > now() - interval '1 day') AS was_told
        FROM account JOIN person ON person.id = account.person_id
        WHERE person.nir_digest = $1
        """,
        nir_digest,
        told_by,
    )
    return Holder(**row) if row else None
