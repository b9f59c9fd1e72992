"""Work on whole tables, from a file: statements of an hour, COPY, one at a time, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from web.core.connections import connection_for_once
from web.core.db import Connection, translated
from web.core.migrations import require_schema
from web.core.turns import Turn

# A statement may go through millions of rows.
UNHURRIED = {"statement_seconds": 3600.0, "silence_seconds": 3610.0}
SERVER = {
    # What the server may use for one sort or hash of this connection, and for temporary tables.
    "work_mem": "32MB",
    "temp_buffers": "32MB",
    # A file is read, and its words are taken apart, between two statements.
    "idle_in_transaction_session_timeout": "600000",
}


class BulkConnection(Connection, Protocol):
    """What the pool's connections have, and COPY."""

    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[Sequence[Any]], columns: Sequence[str]
    ) -> str:
        """Send rows as they are made, none kept; returns the command tag."""


class Watcher(Protocol):
    """Who is told how far the work is."""

    def read(self, line: int, size: int) -> None:
        """A line of `size` bytes was read."""

    def refused(self, line: int, reason: str) -> None:
        """A line cannot be taken; '' for a reason that is that of a line told already."""

    def step(self, name: str) -> None:
        """The database starts on this."""


class RefusedFileError(Exception):
    """Nothing was applied: `count` lines are wrong, each told to the watcher."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} lines are wrong")
        self.count = count


class EmptyFileError(Exception):
    """Nothing was applied: the file has no line that says anything."""


class UnderWayError(Exception):
    """The same work is under way elsewhere."""


async def take_turn(connection: Connection, turn: Turn) -> None:
    """One at a time, until the connection closes.

    Raises UnderWayError when another has the turn.
    """
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", turn):
        raise UnderWayError


@asynccontextmanager
async def bulk_connection(url: str) -> AsyncIterator[BulkConnection]:
    """Open it, in autocommit, and close it at the end.

    Raises DatabaseUnavailableError, and WrongSchemaError when the database is of another version.
    """
    with translated():
        async with connection_for_once(
            url,
            name="compte-formation bulk",
            server=SERVER,
            **UNHURRIED,
        ) as connection:
            await require_schema(connection)
            yield connection
