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
from web.people import folding_queries
from web.people.identity import email_digest

log = structlog.get_logger("accounts")

BATCH = 200


@dataclass(frozen=True)
class DigestedEmails:
    """A table with `id`, `email_digest` and the encrypted address that the digest comes from.

    `email_of` reads the address from the opened `box`. `copies` are the columns of other tables
    that repeat the digest.
    """

    box: SealedColumn[Any]
    email_of: Callable[[Any], str] = str
    copies: Sequence[tuple[str, str]] = ()


async def fold_digests(runtime: Runtime, tables: Iterable[DigestedEmails]) -> None:
    """Process every row not marked yet. Raises DatabaseUnavailableError."""
    for table in tables:
        last = UUID(int=0)
        while True:
            async with runtime.db.transaction() as connection:
                rows = await folding_queries.lock_unfolded(
                    connection, table.box.table, table.box.column, last, BATCH
                )
                for row in rows:
                    await _fold(runtime, connection, table, row)
            if not rows:
                break
            last = rows[-1]["id"]


async def _fold(
    runtime: Runtime, connection: Connection, table: DigestedEmails, row: Record
) -> None:
    name = table.box.table
    try:
        opened = table.box.open(runtime.vault, row["box"], id=row["id"])
    except DecryptionError:
        log.error("address unreadable", table=name, row=str(row["id"]))
        return
    earlier = bytes(row["email_digest"])
    digest = email_digest(runtime.hasher, table.email_of(opened))
    if digest != earlier and await folding_queries.has_digest(connection, name, digest):
        # Each of the two accounts keeps its own spelling.
        log.warning("duplicate mailbox", table=name, row=str(row["id"]))
        digest = earlier
    await folding_queries.mark_folded(connection, name, row["id"], digest)
    for other, column in table.copies if digest != earlier else ():
        await folding_queries.replace_digest(connection, other, column, earlier, digest)
