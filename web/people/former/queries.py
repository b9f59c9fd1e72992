"""Queries on closed accounts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from web.core.db.connection import Connection
from web.people.former.records import FormerAccount


async def insert_former(
    connection: Connection, account_id: UUID, names_digest: bytes, email: bytes
) -> None:
    """Add a closed account, from the open one, with its sealed address."""
    await connection.execute(
        """
        INSERT INTO former_account (id, person_id, holder_id, opened_at, names_digest, email)
        SELECT id, person_id, holder_id, created_at, $2, $3 FROM account WHERE id = $1
        """,
        account_id,
        names_digest,
        email,
    )


async def give_to_holder(
    connection: Connection, account_id: UUID, holder_ids: Sequence[UUID], purpose: str
) -> None:
    """Give what these holders left to the holder of the account, and delete their addresses.

    The links of this purpose to what they left are then used.
    """
    await connection.execute(
        """
        WITH given AS (
            UPDATE former_account f SET holder_id = a.holder_id, email = NULL FROM account a
            WHERE a.id = $1 AND f.person_id = a.person_id AND f.holder_id = ANY ($2)
            RETURNING f.id
        )
        UPDATE bearer_token SET used_at = now()
        WHERE subject_id IN (SELECT id FROM given) AND purpose = $3 AND used_at IS NULL
        """,
        account_id,
        holder_ids,
        purpose,
    )


async def list_unproved_former(connection: Connection, account_id: UUID) -> list[FormerAccount]:
    """Return the closed accounts of this account's person that have another holder.

    One for each holder: the last closed whose address is kept, else the last closed.
    """
    rows = await connection.fetch(
        """
        SELECT DISTINCT ON (f.holder_id) f.id, f.holder_id, f.names_digest, f.email
        FROM account a JOIN former_account f ON f.person_id = a.person_id
        WHERE a.id = $1 AND f.holder_id <> a.holder_id
        ORDER BY f.holder_id, f.email IS NULL, f.closed_at DESC
        """,
        account_id,
    )
    return [FormerAccount(**row) for row in rows]


async def delete_emails(connection: Connection, after_months: int) -> None:
    """Delete the addresses of accounts closed longer ago than this."""
    await connection.execute(
        """
        UPDATE former_account SET email = NULL
        WHERE email IS NOT NULL AND closed_at < now() - make_interval(months => $1)
        """,
        after_months,
    )
