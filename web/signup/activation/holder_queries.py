"""Queries on accounts with the same NIR or e-mail address as a registration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class Holder:
    """The account of a NIR that is registered again; `identity` is encrypted."""

    id: UUID
    identity: bytes
    was_notified: bool


@dataclass(frozen=True)
class AddressOwner:
    """The account with the e-mail address of a registration."""

    has_this_nir: bool


async def find_address_owner(
    connection: Connection, email_digests: Sequence[bytes], nir_digest: bytes
) -> AddressOwner | None:
    """Return the account with this address, one of this NIR first."""
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
    """Lock and return the account with this NIR.

    `told_by` is the kind of the notice; one a day is enough, however often someone registers the
    NIR or requests another link. Without the lock, two concurrent jobs would each find that none
    was sent. Locking is a statement of its own, so that the next one sees what the previous holder
    of the lock wrote.
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
                       AND created_at > now() - interval '1 day') AS was_notified
        FROM account JOIN person ON person.id = account.person_id
        WHERE person.nir_digest = $1
        """,
        nir_digest,
        told_by,
    )
    return Holder(**row) if row else None
