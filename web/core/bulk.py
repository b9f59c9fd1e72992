"""A connection of its own for work on whole tables: no time limit, and COPY."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg

from web.core.db import UNAVAILABLE, Connection, DatabaseUnavailableError

CONNECT_SECONDS = 10
# What the server may use for one sort or hash of this connection, and for its temporary tables.
SERVER_MEMORY = {"work_mem": "32MB", "temp_buffers": "32MB"}


class BulkConnection(Connection, Protocol):
    """What the pool's connections have, and COPY."""

    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[Sequence[Any]], columns: Sequence[str]
    ) -> str:
        """Send rows as they are made, none kept; returns the command tag."""


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
            await connection.close(timeout=CONNECT_SECONDS)
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(type(error).__name__) from error
