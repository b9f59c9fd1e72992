"""The type of a connection to the database, as queries use it, and of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

Record = Mapping[str, Any]


class Connection(Protocol):
    """The part of an asyncpg connection that queries use; parameters are `$1`, `$2`…"""

    async def execute(self, sql: str, *arguments: Any) -> str:
        """Run a statement; return its command tag."""

    async def fetch(self, sql: str, *arguments: Any) -> list[Record]:
        """Return all rows."""

    async def fetchrow(self, sql: str, *arguments: Any) -> Record | None:
        """Return the first row, or None."""

    async def fetchval(self, sql: str, *arguments: Any) -> Any:
        """Return the first column of the first row, or None."""

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """A transaction, or a savepoint within one."""
