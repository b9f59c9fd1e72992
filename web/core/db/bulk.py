"""Bulk imports from a file: COPY, statements of up to an hour, one at a time, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.connection import Connection
from web.core.db.connections import dedicated_connection
from web.core.db.database import translate_db_errors
from web.core.db.schema import require_schema

# A statement may process millions of rows.
BULK_TIMEOUTS = {"statement_seconds": 3600.0, "silence_seconds": 3610.0}
SERVER = {
    # Memory for one sort or hash of this connection, and for its temporary tables.
    "work_mem": "32MB",
    "temp_buffers": "32MB",
    # Reading and tokenising a file takes place between two statements.
    "idle_in_transaction_session_timeout": "600000",
}


class BulkConnection(Connection, Protocol):
    """A Connection that also offers COPY."""

    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[Sequence[Any]], columns: Sequence[str]
    ) -> str:
        """Stream rows without buffering them; returns the command tag."""


class ProgressReporter(Protocol):
    """A receiver of progress reports from an import."""

    def read(self, line: int, size: int) -> None:
        """Report that a line of `size` bytes was read."""

    def refused(self, line: int, reason: str) -> None:
        """Report a refused line; the reason is '' when it repeats that of an earlier line."""

    def step(self, name: str) -> None:
        """Report that the database begins the named step."""


class RefusedFileError(Exception):
    """Nothing was applied: `count` lines are wrong, each reported to the watcher."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} lines are wrong")
        self.count = count


class EmptyFileError(Exception):
    """Nothing was applied: the file has no data line."""


class AlreadyRunningError(Exception):
    """The same work is already running elsewhere."""


async def try_lock(connection: Connection, lock: AdvisoryLock) -> None:
    """Take an advisory lock without waiting, and keep it until the connection closes.

    Raises AlreadyRunningError when another session holds it.
    """
    if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock):
        raise AlreadyRunningError


def affected_rows(tag: str) -> int:
    """Return the number of rows in the command tag of a write."""
    return int(tag.rpartition(" ")[2])


@asynccontextmanager
async def bulk_connection(url: str) -> AsyncIterator[BulkConnection]:
    """A connection in autocommit, closed at the end.

    Raises DatabaseUnavailableError, and WrongSchemaError when the schema is not this program's.
    """
    with translate_db_errors():
        async with dedicated_connection(
            url,
            name="compte-formation bulk",
            server=SERVER,
            **BULK_TIMEOUTS,
        ) as connection:
            await require_schema(connection)
            yield connection
