"""Sealed columns, and their passage under the key that writes now.

Each box is opened and sealed again with the same context, and put back only if the row still holds
what was opened: whoever writes meanwhile wins, and writes under the new key anyway. Batches are
short statements of their own, so that the site goes on while millions of rows change keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Protocol
from uuid import UUID

from web.core.bulk import take_turn
from web.core.crypto import UnreadableBoxError, Vault, box_start
from web.core.db import Connection, Record
from web.core.turns import Turn

BATCH = 200
# Before the first key of each type.
_BEFORE: Mapping[str, Any] = {"uuid": UUID(int=0), "integer": 0}


@dataclass(frozen=True)
class SealedColumn:
    """A column of boxes; `context` is what each is bound to, by columns of its row.

    `key` is the table's primary key: columns and their types.
    """

    table: str
    column: str
    context: str
    key: Mapping[str, str] = field(default_factory=lambda: {"id": "uuid"})

    @property
    def name(self) -> str:
        """As operators read it."""
        return f"{self.table}.{self.column}"

    def context_of(self, row: Record) -> str:
        """What this row's box is bound to."""
        return self.context.format(**row)

    @property
    def read_columns(self) -> str:
        """The key, and the columns the context names."""
        named = [name for _, name, _, _ in Formatter().parse(self.context) if name]
        return ", ".join(dict.fromkeys([*self.key, *named]))


@dataclass
class Passage:
    """What became of a column's boxes: sealed again, or unreadable with the keys there are."""

    resealed: int = 0
    unreadable: int = 0


class Watcher(Protocol):
    """Who is told how far the rotation is."""

    def column(self, name: str, boxes: int) -> None:
        """This column is next, with so many boxes to seal again."""

    def advance(self, boxes: int) -> None:
        """So many more were looked at."""


async def rotate(
    connection: Connection, vault: Vault, columns: Sequence[SealedColumn], watcher: Watcher
) -> Passage:
    """Seal again every box that is not under the writing key. Raises UnderWayError.

    What no key opens is left as it is, and counted.
    """
    await take_turn(connection, Turn.ROTATE_KEYS)
    passage = Passage()
    for column in columns:
        watcher.column(column.name, await count_others(connection, vault, column))
        await _rotate_column(connection, vault, column, passage, watcher)
    return passage


async def count_others(connection: Connection, vault: Vault, column: SealedColumn) -> int:
    """How many boxes of a column are under another key than the one that writes."""
    count: int = await connection.fetchval(
        f"SELECT count(*) FROM {column.table} WHERE {_under_another(column)}",  # noqa: S608
        box_start(vault.writing_key),
    )
    return count


async def _rotate_column(
    connection: Connection,
    vault: Vault,
    column: SealedColumn,
    passage: Passage,
    watcher: Watcher,
) -> None:
    """In the order of the key, from one batch to the next: no row is looked at twice."""
    last: tuple[Any, ...] = tuple(_BEFORE[kind] for kind in column.key.values())
    while rows := await _next_boxes(connection, vault, column, last):
        changes = []
        for row in rows:
            try:
                plain = vault.open(bytes(row["box"]), column.context_of(row))
            except UnreadableBoxError:
                passage.unreadable += 1
                continue
            changes.append((row, vault.seal(plain, column.context_of(row))))
        passage.resealed += await _put_back(connection, column, changes)
        last = tuple(rows[-1][name] for name in column.key)
        watcher.advance(len(rows))


async def _next_boxes(
    connection: Connection, vault: Vault, column: SealedColumn, last: tuple[Any, ...]
) -> list[Record]:
    places = ", ".join(f"${number}" for number in range(3, 3 + len(last)))
    return await connection.fetch(
        f"""
        SELECT {column.read_columns}, {column.column} AS box FROM {column.table}
        WHERE {_under_another(column)} AND ({", ".join(column.key)}) > ({places})
        ORDER BY {", ".join(column.key)} LIMIT $2
        """,  # noqa: S608 - names that the program declares
        box_start(vault.writing_key),
        BATCH,
        *last,
    )


async def _put_back(
    connection: Connection, column: SealedColumn, changes: Sequence[tuple[Record, bytes]]
) -> int:
    """Replace the boxes that nobody replaced meanwhile; returns how many."""
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


def _under_another(column: SealedColumn) -> str:
    """$1 is how boxes of the writing key start; an id that starts another is not that one."""
    name = column.column
    return f"{name} IS NOT NULL AND substring({name} FOR octet_length($1::bytea)) <> $1"
