"""Check that the keys of NIR_KEYS decrypt what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from web.core.cli.progress import counted
from web.core.crypto.sealed_column import SealedColumn
from web.core.crypto.vault import Vault, key_id
from web.core.db.connection import Connection
from web.core.text import NBSP


class KeyCheck:
    """A check, for `check`, that returns a sentence for each key that is missing or wrong.

    It decrypts one value of each column under each key, and counts the others: a restored database
    has all of its keys, or it is known which one to look for.
    """

    def __init__(self, vault: Vault, columns: Sequence[SealedColumn[Any]]) -> None:
        self._vault = vault
        self._columns = columns

    async def __call__(self, connection: Connection) -> list[str]:
        """Check all the columns."""
        unreadable: Counter[str] = Counter()
        for column in self._columns:
            unreadable.update(await self._count_unreadable(connection, column))
        return [
            f"{counted(count, 'valeur chiffrée', 'valeurs chiffrées')} avec la clé {key}, qui "
            f"manque dans NIR_KEYS ou n’y est pas la même{NBSP}: retrouvez cette clé."
            for key, count in sorted(unreadable.items())
        ]

    async def _count_unreadable(
        self, connection: Connection, column: SealedColumn[Any]
    ) -> Counter[str]:
        """Return how many values depend on each key that does not decrypt the first of them."""
        box = column.column
        header = f"substring({box} FOR 1 + get_byte({box}, 0))"
        stored = f"octet_length({box}) > 0"
        found: Counter[str] = Counter()
        for group in await connection.fetch(
            f"SELECT {header} AS header, count(*) FROM {column.table} WHERE {stored} GROUP BY 1"  # noqa: S608
        ):
            row = await connection.fetchrow(
                f"""
                SELECT {column.read_columns}, {box} AS box FROM {column.table}
                WHERE {stored} AND {header} = $1 LIMIT 1
                """,  # noqa: S608 - names that the program declares
                group["header"],
            )
            if row is not None and not column.is_readable(self._vault, row["box"], row):
                found[key_id(group["header"])] += group["count"]
        return found
