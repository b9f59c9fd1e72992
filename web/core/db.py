"""The database: a pool and our own transaction.

`databases` 0.9 leaks a pool slot whenever its commit or rollback raises (a killed backend, a
restarted server), and the application freezes once the pool is empty. Its connections are sound,
so a transaction here is asyncpg's own, on a connection that always goes back to the pool.
"""

from __future__ import annotations

import asyncio
from asyncio import timeout
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
)
from functools import partial
from typing import Any, Protocol

from databases import Database as Pool
from databases.core import Connection as PooledConnection

from web.core.connections import (
    UNAVAILABLE,
    BoundedConnection,
    CannotConnectError,
    open_connection,
)

Record = Mapping[str, Any]

# None is opened at start: the program starts without its database and recovers with it.
POOL_MIN, POOL_MAX = 0, 10
ACQUIRE_TIMEOUT_SECONDS = 5
# A connection that rested this long is asked whether the server still answers, before it serves.
RESTED_SECONDS = 2
QUESTION = "SELECT 1"
ANSWER_SECONDS = 1.5
# What is under way when the program stops has this long to end.
CLOSE_SECONDS = 2


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
        # `databases` reads less of a URL than asyncpg does: it is given none.
        self._pool = Pool(
            "postgresql://",
            min_size=POOL_MIN,
            max_size=max_size,
            reset=_refuse_one_that_only_reads,
            dsn=url,
            connect=partial(open_connection, name="compte-formation"),
            connection_class=BoundedConnection,
        )

    async def connect(self) -> None:
        """Open the pool. Raises DatabaseUnavailableError."""
        with translated():
            await self._pool.connect()

    async def disconnect(self) -> None:
        """Close the pool, soon; a connection that is already gone is no reason to fail."""
        try:
            async with timeout(CLOSE_SECONDS):
                await self._pool.disconnect()
        except UNAVAILABLE:
            self.cut_off()

    def cut_off(self) -> None:
        """End all connections at once, with what is under way on them."""
        if self._held is not None:
            self._held.terminate()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit, for one statement. Raises DatabaseUnavailableError."""
        with translated():
            async with timeout(ACQUIRE_TIMEOUT_SECONDS):
                held = await self._take()
            real = _real(held)
            try:
                yield held.raw_connection
            finally:
                if real.is_useless:
                    self.end_resting()
                await self._give_back(held)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction: committed at the end, rolled back on any exception.

        Raises DatabaseUnavailableError, also when the outcome of the commit is not known.
        """
        async with self.connection() as connection, connection.transaction():
            yield connection

    @property
    def _held(self) -> Any:
        """The pool of asyncpg, which `databases` keeps to itself."""
        return self._pool._backend._pool

    async def _take(self) -> PooledConnection:
        """A connection whose server answers: one that does not any more is replaced."""
        held = self._pool.connection()
        await held.__aenter__()
        is_nested = held._connection_counter > 1
        if is_nested or _now() - _real(held).heard_at < RESTED_SECONDS:
            return held
        try:
            await _real(held).execute(QUESTION, timeout=ANSWER_SECONDS)
        except UNAVAILABLE:
            self.end_resting()
            await self._give_back(held)
        except BaseException:
            await self._give_back(held)
            raise
        else:
            return held
        held = self._pool.connection()
        await held.__aenter__()
        return held

    def end_resting(self) -> None:
        """Replace them at their next use: one that is silent or read-only is seldom alone."""
        for holder in self._held._holders if self._held is not None else ():
            if holder.is_connected() and holder.is_idle():
                holder.terminate()

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


def _now() -> float:
    return asyncio.get_running_loop().time()


def _real(held: PooledConnection) -> BoundedConnection:
    """The connection itself; its proxy forgets it when it closes."""
    real: BoundedConnection = held.raw_connection._con
    return real


async def _refuse_one_that_only_reads(connection: Any) -> None:
    """Close it instead of giving it back: the next one may find a server that writes.

    Nothing is to be reset otherwise: asyncpg has rolled back by then, and our statements set
    nothing else.
    """
    if connection.only_reads:
        raise CannotConnectError("read-only")


@contextmanager
def translated() -> Iterator[None]:
    """What the driver says when it cannot do it becomes DatabaseUnavailableError."""
    try:
        yield
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(type(error).__name__) from error
