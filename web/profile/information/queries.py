"""Queries of personal information."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection


async def save_identity(connection: Connection, account_id: UUID, identity: bytes) -> None:
    """Update the identity; the e-mail address must be the same."""
    await connection.execute("UPDATE account SET identity = $2 WHERE id = $1", account_id, identity)
