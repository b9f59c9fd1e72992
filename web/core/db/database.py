"""The database: a pool, and our own transactions.

`databases` 0.9 leaks a pool slot whenever its commit or rollback raises (a killed backend, a
restarted server), and the application freezes once the pool is exhausted. Its connections are
sound, so transactions here are asyncpg's own, on connections that always return to the pool.
"""

from __future__ import annotations

import asyncio
from asyncio import timeout
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    asynccontextmanager,
    contextmanager,
)
from typing import Any

from databases import Database as Pool
from databases.core import Connection as PooledConnection

from web.core.db.command import Command, claim
from web.core.db.connection import Connection, Record
from web.core.db.connections import (
    UNAVAILABLE,
    BoundedConnection,
    CannotConnectError,
    find_cause,
    open_connection,
)

# No connection is opened at startup: the program starts without its database and recovers with it.
POOL_MIN, POOL_MAX = 0, 10
ACQUIRE_TIMEOUT_SECONDS = 5
# A connection idle for this long is pinged before it is used.
IDLE_SECONDS = 2
PING = "SELECT 1"
PING_SECONDS = 1.5
# Statements in flight when the program stops have this long to finish.
CLOSE_SECONDS = 2


class DatabaseUnavailableError(Exception):
    """The database cannot serve now: down, restarting, read-only, out of resources, deadlock.

    The message is the cause, for logs and administrators; see `find_cause`.
    """


class Database:
    """The pool, opened by the application's lifespan; a Connection itself.

    Each statement runs in autocommit on a connection of its own, which costs an acquire: several
    in a row share a connection() block. The task that holds a connection gets that one again, so
    that its statements are part of its transaction, and a nested transaction is a savepoint.
    Statements raise DatabaseUnavailableError.
    """

    def __init__(
        self,
        url: str,
        *,
        max_size: int = POOL_MAX,
        silence_seconds: float | None = None,
        may_be_read_only: bool = False,
    ) -> None:
        """Prepare a pool; see `open_connection` for the URL and `silence_seconds`.

        Unless `may_be_read_only`, a connection that turns out to be read-only is closed.
        """
        self._silence_seconds = silence_seconds
        # `databases` supports fewer URL forms than asyncpg: the URL goes straight to asyncpg.
        self._pool = Pool(
            "postgresql://",
            min_size=POOL_MIN,
            max_size=max_size,
            reset=_accept if may_be_read_only else _refuse_read_only,
            dsn=url,
            connect=self._open,
            connection_class=BoundedConnection,
        )

    async def connect(self) -> None:
        """Open the pool. Raises DatabaseUnavailableError."""
        with translate_db_errors():
            await self._pool.connect()

    async def disconnect(self) -> None:
        """Close the pool within CLOSE_SECONDS; connections that are already dead are ignored."""
        try:
            async with timeout(CLOSE_SECONDS):
                await self._pool.disconnect()
        except UNAVAILABLE:
            self.cut_off()

    def cut_off(self) -> None:
        """Terminate all connections at once, with the statements in flight on them."""
        if self._asyncpg_pool is not None:
            self._asyncpg_pool.terminate()

    async def execute(self, sql: str, *arguments: Any) -> str:
        """Run a statement; return its command tag."""
        async with self.connection() as connection:
            return await connection.execute(sql, *arguments)

    async def fetch(self, sql: str, *arguments: Any) -> list[Record]:
        """Return all rows."""
        async with self.connection() as connection:
            return await connection.fetch(sql, *arguments)

    async def fetchrow(self, sql: str, *arguments: Any) -> Record | None:
        """Return the first row, or None."""
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *arguments)

    async def fetchval(self, sql: str, *arguments: Any) -> Any:
        """Return the first column of the first row, or None."""
        async with self.connection() as connection:
            return await connection.fetchval(sql, *arguments)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit, for several statements. Raises DatabaseUnavailableError."""
        with translate_db_errors():
            async with timeout(ACQUIRE_TIMEOUT_SECONDS):
                pooled = await self._acquire()
            raw = _raw(pooled)
            try:
                yield pooled.raw_connection
            finally:
                if raw is not None and raw.is_broken:
                    self.terminate_idle()
                await self._release(pooled)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction, committed at the end and rolled back on any exception.

        Raises DatabaseUnavailableError, also when the outcome of the commit is not known.
        """
        async with self.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def once(self, command: Command) -> AsyncIterator[Connection]:
        """The transaction that carries out a command.

        Raises AlreadyDoneError for a late copy, DatabaseUnavailableError as `transaction` does.
        """
        async with self.transaction() as connection:
            await claim(connection, command)
            yield connection

    @property
    def _asyncpg_pool(self) -> Any:
        """The asyncpg pool, which `databases` keeps private."""
        return self._pool._backend._pool

    async def _acquire(self) -> PooledConnection:
        """Acquire a connection; one that was idle and no longer answers is replaced."""
        pooled = self._pool.connection()
        await pooled.__aenter__()
        is_nested = pooled._connection_counter > 1
        raw = _raw(pooled)
        if is_nested or raw is None or _now() - raw.last_response_at < IDLE_SECONDS:
            return pooled
        try:
            await raw.execute(PING, timeout=PING_SECONDS)
        except UNAVAILABLE:
            self.terminate_idle()
            await self._release(pooled)
        except BaseException:
            await self._release(pooled)
            raise
        else:
            return pooled
        pooled = self._pool.connection()
        await pooled.__aenter__()
        return pooled

    async def _open(self, url: str, **options: Any) -> BoundedConnection:
        """Open a connection; close those to another host, which are idle or wait for it in vain.

        A frozen primary would keep them waiting, and one that comes back still believes that it
        may accept writes. One that is only slow, or a second pooler, finishes its statements.
        """
        connection: BoundedConnection = await open_connection(
            url, name="compte-formation", silence_seconds=self._silence_seconds, **options
        )
        for holder in self._connected():
            raw = holder._con
            is_silent = _now() - raw.last_response_at > IDLE_SECONDS + PING_SECONDS
            if raw.host != connection.host and (holder.is_idle() or is_silent):
                holder.terminate()
        return connection

    def terminate_idle(self) -> None:
        """Terminate the idle connections: one that is silent or read-only is seldom alone."""
        for holder in self._connected():
            if holder.is_idle():
                holder.terminate()

    def _connected(self) -> list[Any]:
        """Return the pool's slots that have a connection, which asyncpg keeps private."""
        holders = self._asyncpg_pool._holders if self._asyncpg_pool is not None else ()
        return [holder for holder in holders if holder.is_connected()]

    async def _release(self, pooled: PooledConnection) -> None:
        try:
            await pooled.__aexit__()
        except UNAVAILABLE:
            # It died on release, after its work: asyncpg has freed its slot in the pool, but
            # `databases` would hand the same connection to this task again.
            self._pool._connection = None


def _now() -> float:
    return asyncio.get_running_loop().time()


def _raw(pooled: PooledConnection) -> BoundedConnection | None:
    """Return the connection itself, None once it is closed: its proxy drops the reference then."""
    raw: BoundedConnection | None = pooled.raw_connection._con
    return raw


async def _accept(connection: Any) -> None:
    """Leave a connection as it is; see `_refuse_read_only` for why nothing is reset."""


async def _refuse_read_only(connection: Any) -> None:
    """Have a read-only connection closed rather than reused: the next may reach a primary.

    Otherwise there is nothing to reset: asyncpg has rolled back by then, and our statements
    change no session setting.
    """
    if connection.is_read_only:
        raise CannotConnectError("read-only")


@contextmanager
def translate_db_errors() -> Iterator[None]:
    """Raise DatabaseUnavailableError from the driver's exceptions of UNAVAILABLE."""
    try:
        yield
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(find_cause(error)) from error
