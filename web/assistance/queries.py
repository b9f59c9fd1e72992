"""Queries that find the accounts a person asks about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.auth.logins import LoginKind
from web.core.db.connection import Connection

FIRST, LAST = "0" * 20, "f" * 20
# One SELECT for each value: a single condition over both tables could use no index.
FIND_ACCOUNTS = """
    SELECT id, kind FROM (
        SELECT account.id, 'titulaire' AS kind, account.email_digest
        FROM person JOIN account ON account.person_id = person.id
        WHERE person.nir_digest = $1
        UNION ALL
        SELECT id, 'titulaire', email_digest FROM account
        WHERE email_digest = ANY ($2::bytea[])
        UNION ALL
        SELECT id, 'titulaire', email_digest FROM account WHERE id BETWEEN $3 AND $4
        UNION ALL
        SELECT id, 'agent', email_digest FROM professional WHERE email_digest = ANY ($2::bytea[])
        UNION ALL
        SELECT id, 'agent', email_digest FROM professional WHERE id BETWEEN $3 AND $4
    ) AS found
    ORDER BY kind DESC, array_position($2::bytea[], email_digest) DESC NULLS LAST, id
"""


@dataclass(frozen=True)
class FoundAccount:
    """An open account."""

    id: UUID
    kind: LoginKind


async def find_accounts(
    connection: Connection, nir_digest: bytes, email_digests: Sequence[bytes], reference: str
) -> list[FoundAccount]:
    """Return the accounts of a NIR, of an address or of a reference; the best match comes first.

    `email_digests` are those of `email_digests`: a match on the last, the exact spelling, is
    preferred. Exactly one value is given, the others are empty and find nothing.
    """
    first, last = (UUID(reference + rest) if reference else None for rest in (FIRST, LAST))
    rows = await connection.fetch(FIND_ACCOUNTS, nir_digest, email_digests, first, last)
    return [FoundAccount(row["id"], LoginKind(row["kind"])) for row in rows]
