"""The query that records the acceptance of the terms."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection


async def save_acceptance(
    connection: Connection, account_id: UUID, version: str, outdated: list[str]
) -> bool:
    """Record the version and the time; return False unless an outdated version was accepted."""
    tag = await connection.execute(
        """
        UPDATE account SET terms_version = $2, terms_accepted_at = now()
        WHERE id = $1 AND terms_version = ANY ($3::text[])
        """,
        account_id,
        version,
        outdated,
    )
    return tag.endswith(" 1")
