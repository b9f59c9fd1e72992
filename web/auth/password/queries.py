"""Queries of a titulaire's new password."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection


async def cancel_email_change(connection: Connection, account_id: UUID) -> bool:
    """Delete the pending change of address; return whether there was one."""
    tag = await connection.execute(
        "DELETE FROM email_change WHERE account_id = $1 AND expires_at > now()", account_id
    )
    return not tag.endswith(" 0")
