"""Backfill of address digests that were computed before addresses were case-folded.

They are keyed with SECRET_KEY, so a migration cannot compute them. The worker does, in short
transactions, and marks each row it has processed: later runs find nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from web.core.crypto.sealed_column import SealedColumn
from web.core.crypto.vault import DecryptionError
from web.core.db.connection import Connection, Record
from web.core.runtime import Runtime
from web.people.identity import email_digest

log = structlog.get_logger("accounts")

BATCH = 200


@dataclass(frozen=True)
class FoundByEmail:
    """A table with `id`, `email_digest` and the encrypted address that the digest comes from.

    `email_of` reads the address from the opened `box`. `followers` are the columns of other tables
    that repeat the digest.
    """

    box: SealedColumn[Any]
    email_of: Callable[[Any], str] = str
    followers: Sequence[tuple[str, str]] = ()


async def fold_digests(runtime: Runtime, tables: Iterable[FoundByEmail]) -> None:
    """Process every row not marked yet. Raises DatabaseUnavailableError."""
    for table in tables:
        last = UUID(int=0)
        while True:
            async with runtime.db.transaction() as connection:
                rows = await _next_rows(connection, table, last)
                for row in rows:
                    await _fold(runtime, connection, table, row)
            if not rows:
                break
            last = rows[-1]["id"]


async def _next_rows(connection: Connection, table: FoundByEmail, last: UUID) -> list[Record]:
    return await connection.fetch(
        f"""
        SELECT id, email_digest, {table.box.column} AS box
        FROM {table.box.table} WHERE NOT email_folded AND id > $1
        ORDER BY id LIMIT $2 FOR NO KEY UPDATE
        """,  # noqa: S608 - names that the program declares
        last,
        BATCH,
    )


async def _fold(runtime: Runtime, connection: Connection, table: FoundByEmail, row: Record) -> None:
    name = table.box.table
    try:
        held = table.box.open(runtime.vault, row["box"], id=row["id"])
    except DecryptionError:
        log.error("address unreadable", table=name, row=str(row["id"]))
        return
    earlier, digest = (
        bytes(row["email_digest"]),
        email_digest(runtime.hasher, table.email_of(held)),
    )
    if digest != earlier and await _is_taken(connection, name, digest):
        # Each of the two accounts keeps its own spelling.
        log.warning("duplicate mailbox", table=name, row=str(row["id"]))
        digest = earlier
    await connection.execute(
        f"UPDATE {name} SET email_digest = $2, email_folded = true WHERE id = $1",  # noqa: S608
        row["id"],
        digest,
    )
    for follower, column in table.followers if digest != earlier else ():
        await connection.execute(
            f"UPDATE {follower} SET {column} = $2 WHERE {column} = $1",  # noqa: S608
            earlier,
            digest,
        )


async def _is_taken(connection: Connection, table: str, digest: bytes) -> Any:
    return await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM {table} WHERE email_digest = $1)",  # noqa: S608
        digest,
    )
