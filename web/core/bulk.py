"""Work on whole tables, from a file: no time limit, COPY, one at a time, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import asyncpg

from web.core.db import UNAVAILABLE, Connection, DatabaseUnavailableError
from web.core.turns import Turn

CONNECT_SECONDS = 10
# What the server may use for one sort or hash of this connection, and for its temporary tables.
SERVER_MEMORY = {"work_mem": "32MB", "temp_buffers": "32MB"}


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
    """Open it, in autocommit, and close it at the end. Raises DatabaseUnavailableError."""
    try:
        connection = await asyncpg.connect(
            url,
            timeout=CONNECT_SECONDS,
            server_settings={
                "application_name": "compte-formation bulk",
                "timezone": "UTC",
                **SERVER_MEMORY,
            },
        )
        try:
            yield connection
        finally:
            # What was committed stays so, however the connection then ends.
            with suppress(*UNAVAILABLE):
                await connection.close(timeout=CONNECT_SECONDS)
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(type(error).__name__) from error
