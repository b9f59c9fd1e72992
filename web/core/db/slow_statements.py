"""Statements under a shorter statement_timeout."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from web.core.db.connection import Connection
from web.core.db.database import Database


class TooSlowError(Exception):
    """The server cancelled a statement that took too long."""


@asynccontextmanager
async def statements_within(db: Database, seconds: float) -> AsyncIterator[Connection]:
    """A transaction whose statements are each limited to `seconds`.

    Raises TooSlowError, DatabaseUnavailableError.
    """
    async with db.transaction() as connection:
        await connection.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        try:
            yield connection
        except asyncpg.QueryCanceledError:
            raise TooSlowError from None
