"""Queries on the tables that have the digest of an address.

The names of tables and columns are the program's own.
"""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection, Record


async def lock_unfolded(
    connection: Connection, table: str, column: str, after: UUID, most: int
) -> list[Record]:
    """Lock the rows not marked yet, after an id: `id`, `email_digest`, and `column` as `box`."""
    return await connection.fetch(
        f"""
        SELECT id, email_digest, {column} AS box
        FROM {table} WHERE NOT email_folded AND id > $1
        ORDER BY id LIMIT $2 FOR NO KEY UPDATE
        """,  # noqa: S608
        after,
        most,
    )


async def mark_folded(connection: Connection, table: str, row_id: UUID, digest: bytes) -> None:
    """Set the digest of a row, and mark it."""
    await connection.execute(
        f"UPDATE {table} SET email_digest = $2, email_folded = true WHERE id = $1",  # noqa: S608
        row_id,
        digest,
    )


async def replace_digest(
    connection: Connection, table: str, column: str, earlier: bytes, digest: bytes
) -> None:
    """Replace a digest that another table repeats."""
    await connection.execute(
        f"UPDATE {table} SET {column} = $2 WHERE {column} = $1",  # noqa: S608
        earlier,
        digest,
    )


async def has_digest(connection: Connection, table: str, digest: bytes) -> bool:
    """Return whether a row has this digest."""
    found: bool = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM {table} WHERE email_digest = $1)",  # noqa: S608
        digest,
    )
    return found
