"""The re-encryption of sealed columns under the current key.

Each value is decrypted and encrypted again with the same context, and written only if the row still
holds the ciphertext that was read: a concurrent write wins, and uses the current key anyway.
Batches are short separate statements, so that the site keeps running while millions of rows change
keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from web.core.crypto.sealed_column import SealedColumn
from web.core.crypto.vault import DecryptionError, Vault, ciphertext_header
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import try_lock
from web.core.db.connection import Connection, Record

BATCH = 200
# Sorts before every primary key of the type.
_BEFORE_FIRST: Mapping[str, Any] = {"uuid": UUID(int=0), "integer": 0}


@dataclass
class RotationResult:
    """Counts of the values re-encrypted, and of those that no configured key decrypts."""

    resealed: int = 0
    unreadable: int = 0


class ProgressReporter(Protocol):
    """A receiver of progress reports from the rotation."""

    def column(self, name: str, values: int) -> None:
        """Report the next column, and how many of its values are to be re-encrypted."""

    def advance(self, values: int) -> None:
        """Report that so many more values were processed."""


async def rotate(
    connection: Connection,
    vault: Vault,
    columns: Sequence[SealedColumn[Any]],
    watcher: ProgressReporter,
) -> RotationResult:
    """Re-encrypt every value that is not under the current key. Raises AlreadyRunningError.

    Values that no key decrypts are left unchanged and counted.
    """
    await try_lock(connection, AdvisoryLock.ROTATE_KEYS)
    result = RotationResult()
    for column in columns:
        watcher.column(column.name, await count_under_other_keys(connection, vault, column))
        await _rotate_column(connection, vault, column, result, watcher)
    return result


async def count_under_other_keys(
    connection: Connection, vault: Vault, column: SealedColumn[Any]
) -> int:
    """Return how many values of a column are under another key than the current one."""
    count: int = await connection.fetchval(
        f"SELECT count(*) FROM {column.table} WHERE {_has_other_key(column)}",  # noqa: S608
        ciphertext_header(vault.current_key),
    )
    return count


async def _rotate_column(
    connection: Connection,
    vault: Vault,
    column: SealedColumn[Any],
    result: RotationResult,
    watcher: ProgressReporter,
) -> None:
    """Re-encrypt a column in batches, in primary key order, so that no row is read twice."""
    last: tuple[Any, ...] = tuple(_BEFORE_FIRST[kind] for kind in column.key.values())
    while rows := await _next_batch(connection, vault, column, last):
        changes = []
        for row in rows:
            try:
                changes.append((row, column.reseal(vault, row["box"], row)))
            except DecryptionError:
                result.unreadable += 1
        result.resealed += await _update_unchanged(connection, column, changes)
        last = tuple(rows[-1][name] for name in column.key)
        watcher.advance(len(rows))


async def _next_batch(
    connection: Connection, vault: Vault, column: SealedColumn[Any], last: tuple[Any, ...]
) -> list[Record]:
    placeholders = ", ".join(f"${number}" for number in range(3, 3 + len(last)))
    return await connection.fetch(
        f"""
        SELECT {column.read_columns}, {column.column} AS box FROM {column.table}
        WHERE {_has_other_key(column)} AND ({", ".join(column.key)}) > ({placeholders})
        ORDER BY {", ".join(column.key)} LIMIT $2
        """,  # noqa: S608 - names that the program declares
        ciphertext_header(vault.current_key),
        BATCH,
        *last,
    )


async def _update_unchanged(
    connection: Connection, column: SealedColumn[Any], changes: Sequence[tuple[Record, bytes]]
) -> int:
    """Update the rows whose ciphertext is unchanged since it was read; return how many."""
    arrays = [f"${number}::{kind}[]" for number, kind in enumerate(column.key.values(), start=3)]
    same_row = " AND ".join(f"held.{name} = changed.{name}" for name in column.key)
    tag = await connection.execute(
        f"""
        UPDATE {column.table} AS held SET {column.column} = changed.box
        FROM unnest($1::bytea[], $2::bytea[], {", ".join(arrays)})
            AS changed (opened, box, {", ".join(column.key)})
        WHERE {same_row} AND held.{column.column} = changed.opened
        """,  # noqa: S608 - names that the program declares
        [row["box"] for row, _ in changes],
        [box for _, box in changes],
        *([row[name] for row, _ in changes] for name in column.key),
    )
    return int(tag.rpartition(" ")[2])


def _has_other_key(column: SealedColumn[Any]) -> str:
    """Return the SQL condition for another key's ciphertexts; $1 is the current key's header.

    The header is length-prefixed, so that no key id is a prefix of another.
    """
    name = column.column
    return f"{name} IS NOT NULL AND substring({name} FOR octet_length($1::bytea)) <> $1"
