"""Columns of ciphertexts: the one place that knows what binds each value to its row.

`web.rotate_keys` lists them all, and re-encrypts each one with the same binding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from string import Formatter
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from web.core.crypto.vault import DecryptionError, Vault
from web.core.db.connection import Record

log = structlog.get_logger("crypto")
T = TypeVar("T")


@dataclass(frozen=True)
class Codec(Generic[T]):
    """The text that is encrypted for a value: `dump` writes it and `load` reads it."""

    dump: Callable[[T], str]
    load: Callable[[str], T]


TEXT: Codec[str] = Codec(str, str)


@dataclass(frozen=True)
class SealedColumn(Generic[T]):
    """A column of encrypted values; `context` is the format, by columns of the row, that binds one.

    Changing `context` makes the stored values unreadable, unless `earlier` is the format that was
    used before. `key` maps the columns of the table's primary key to their types.
    """

    table: str
    column: str
    context: str
    codec: Codec[T]
    key: Mapping[str, str] = field(default_factory=lambda: {"id": "uuid"})
    earlier: str = ""

    @property
    def name(self) -> str:
        """The name shown to operators."""
        return f"{self.table}.{self.column}"

    @property
    def read_columns(self) -> str:
        """The columns of the primary key and of the context, comma-separated."""
        return ", ".join(dict.fromkeys([*self.key, *self._bound_to]))

    def seal(self, vault: Vault, value: T, **row: UUID | int) -> bytes:
        """Encrypt a value for the row with these columns, which must be those of `context`."""
        return vault.seal(self.codec.dump(value).encode(), self._build_context(row))

    def open(self, vault: Vault, box: bytes, **row: UUID | int) -> T:
        """Decrypt the value of that row. Raises DecryptionError."""
        return self.codec.load(self._open(vault, box, row).decode())

    def read(self, vault: Vault, box: bytes, **row: UUID | int) -> T | None:
        """Decrypt one value among others, which must show without it: None when it is unreadable.

        Logs the column and what binds the value to its row, for an operator to restore it.
        """
        try:
            return self.open(vault, box, **row)
        except DecryptionError:
            bound_to = {name: str(value) for name, value in row.items()}
            log.error("sealed value unreadable", column=self.name, row=bound_to)
            return None

    def is_readable(self, vault: Vault, box: bytes, row: Record) -> bool:
        """Return whether the value of a row can be decrypted."""
        try:
            self._open(vault, box, {name: row[name] for name in self._bound_to})
        except DecryptionError:
            return False
        return True

    def reseal(self, vault: Vault, box: bytes, row: Record) -> bytes:
        """Encrypt the value of a row again, under the current key. Raises DecryptionError."""
        bound_to = {name: row[name] for name in self._bound_to}
        return vault.seal(self._open(vault, box, bound_to), self._build_context(bound_to))

    def _open(self, vault: Vault, box: bytes, row: Mapping[str, UUID | int]) -> bytes:
        context = self._build_context(row)
        try:
            return vault.open(box, context)
        except DecryptionError:
            if not self.earlier:
                raise
            return vault.open(box, self.earlier.format(**row))

    @cached_property
    def _bound_to(self) -> tuple[str, ...]:
        return tuple(name for _, name, _, _ in Formatter().parse(self.context) if name)

    def _build_context(self, row: Mapping[str, UUID | int]) -> str:
        if row.keys() != set(self._bound_to):
            given = ", ".join(row)
            raise TypeError(f"{self.name} is sealed by {', '.join(self._bound_to)}, not by {given}")
        return self.context.format(**row)
