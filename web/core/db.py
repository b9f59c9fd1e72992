"""The database: a pool and our own transaction.

`databases` 0.9 leaks a pool slot whenever its commit or rollback raises (a killed backend, a
restarted server), and the application freezes once the pool is empty. Its connections are sound,
so a transaction here is asyncpg's own, on a connection that always goes back to the pool.
"""

from __future__ import annotations

from asyncio import timeout
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from typing import Any, Protocol

import asyncpg
from databases import Database as Pool
from databases.core import Connection as PooledConnection

Record = Mapping[str, Any]

# None is opened at start: the program starts without its database and recovers with it.
POOL_MIN, POOL_MAX = 0, 10
COMMAND_TIMEOUT_SECONDS = 10
ACQUIRE_TIMEOUT_SECONDS = 5

UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # What the driver says when the server's farewell comes in the midst of something else.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    # Said when connecting: the role or its password is refused, the database does not exist.
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    # Ours wait for each other in one order; should two not, one of them is to be sent again.
    asyncpg.DeadlockDetectedError,
)


class Connection(Protocol):
    """What queries use of an asyncpg connection; parameters are `$1`, `$2`…"""

    async def execute(self, sql: str, *arguments: Any) -> str:
        """Run a statement; returns its command tag."""

    async def fetch(self, sql: str, *arguments: Any) -> list[Record]:
        """All rows."""

    async def fetchrow(self, sql: str, *arguments: Any) -> Record | None:
        """The first row."""

    async def fetchval(self, sql: str, *arguments: Any) -> Any:
        """The first column of the first row."""

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """A transaction, or a savepoint within one."""


class DatabaseUnavailableError(Exception):
    """The database cannot do it now: away, restarting, read-only, out of room, deadlocked."""


class Database:
    """The pool, opened by the application's lifespan."""

    def __init__(self, url: str, *, max_size: int = POOL_MAX) -> None:
        # `databases` reads neither a socket directory nor libpq options from the URL: asyncpg does.
        unset: dict[str, Any] = dict.fromkeys(("host", "port", "user", "password", "database"))
        self._pool = Pool(
            url,
            dsn=url,
            min_size=POOL_MIN,
            max_size=max_size,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
            timeout=ACQUIRE_TIMEOUT_SECONDS,
            reset=_nothing_to_reset,
            server_settings={"application_name": "compte-formation", "timezone": "UTC"},
            **unset,
        )

    async def connect(self) -> None:
        """Open the pool. Raises DatabaseUnavailableError."""
        with translated():
            await self._pool.connect()

    async def disconnect(self) -> None:
        """Close the pool; a connection that is already gone is no reason to fail."""
        with suppress(*UNAVAILABLE):
            await self._pool.disconnect()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit, for one statement. Raises DatabaseUnavailableError."""
        held = self._pool.connection()
        with translated():
            async with timeout(ACQUIRE_TIMEOUT_SECONDS):
                await held.__aenter__()
            try:
                yield held.raw_connection
            finally:
                await self._give_back(held)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction: committed at the end, rolled back on any exception.

        Raises DatabaseUnavailableError, also when the outcome of the commit is not known.
        """
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def _give_back(self, held: PooledConnection) -> None:
        try:
            await held.__aexit__()
        except UNAVAILABLE:
            # It died on the way, after its work: asyncpg has freed its place in the pool, but
            # `databases` would hand the same one to this task again.
            self._pool._connection = None

    async def fetch_row(self, sql: str, *arguments: Any) -> Record | None:
        """The first row of one statement, on a connection of its own."""
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *arguments)


async def _nothing_to_reset(connection: Connection) -> None:
    """Spare a round trip: asyncpg has rolled back by then, and our statements set nothing else."""


@contextmanager
def translated() -> Iterator[None]:
    """What the driver says when it cannot do it becomes DatabaseUnavailableError."""
    try:
        yield
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(type(error).__name__) from error
