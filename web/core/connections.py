"""Connections to PostgreSQL, all opened here: what the URL may say, keepalives and time limits.

A connection that the server no longer answers, or that the server lets only read, is of no use any
more: it is closed at once, with the exception that told so.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import asyncpg

T = TypeVar("T")

CONNECT_SECONDS = 5
# The server ends a statement that takes longer, and says so before the program gives up.
STATEMENT_SECONDS = 9
SILENCE_SECONDS = 10
# Locks held by a program that went silent in a transaction are given up after this.
IDLE_TRANSACTION_SECONDS = 60
# The system finds a dead peer within KEEPALIVE_IDLE + KEEPALIVE_EVERY * KEEPALIVE_COUNT seconds.
KEEPALIVE_IDLE, KEEPALIVE_EVERY, KEEPALIVE_COUNT = 5, 2, 3
UNACKNOWLEDGED_MS = 10_000


class CannotConnectError(ConnectionError):
    """No connection can be had; the message is the type of what the driver raised."""


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
    # The server took too long to get on: a transaction of ours waited between two statements.
    asyncpg.IdleInTransactionSessionTimeoutError,
    # Ours wait for each other in one order; should two not, one of them is to be sent again.
    asyncpg.DeadlockDetectedError,
)


class BoundedConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that closes when the server is silent or refuses to write.

    Silence is told from a slow statement by the server's own, shorter limit: a statement that the
    server ended leaves the connection as it was.
    """

    # By the event loop's clock.
    heard_at = 0.0
    # Whether it was closed here: the server is silent, or lets nobody write.
    is_useless = False

    async def execute(self, *arguments: Any, **options: Any) -> str:
        """See asyncpg."""
        with self._closing_when_useless():
            tag: str = await super().execute(*arguments, **options)
        return tag

    async def fetch(self, *arguments: Any, **options: Any) -> Any:
        """See asyncpg."""
        with self._closing_when_useless():
            return await super().fetch(*arguments, **options)

    async def fetchrow(self, *arguments: Any, **options: Any) -> Any:
        """See asyncpg."""
        with self._closing_when_useless():
            return await super().fetchrow(*arguments, **options)

    async def fetchval(self, *arguments: Any, **options: Any) -> Any:
        """See asyncpg."""
        with self._closing_when_useless():
            return await super().fetchval(*arguments, **options)

    async def copy_records_to_table(self, *arguments: Any, **options: Any) -> str:
        """See asyncpg."""
        with self._closing_when_useless():
            tag: str = await super().copy_records_to_table(*arguments, **options)
        return tag

    @property
    def only_reads(self) -> bool:
        """Return whether the server said that this connection only reads; a pooler may hide it."""
        told = self.get_settings()
        return "on" in (
            getattr(told, "default_transaction_read_only", "off"),
            getattr(told, "in_hot_standby", "off"),
        )

    @contextmanager
    def _closing_when_useless(self) -> Any:
        try:
            yield
        except (TimeoutError, asyncpg.ReadOnlySQLTransactionError):
            self.is_useless = True
            self.terminate()
            raise
        self.heard_at = asyncio.get_running_loop().time()


async def open_connection(
    url: str,
    *,
    name: str,
    statement_seconds: float | None = None,
    silence_seconds: float | None = None,
    server: Mapping[str, str] | None = None,
    **unused: Any,
) -> Any:
    """A BoundedConnection to what `url` says, in any of the ways that asyncpg understands.

    `name` is what the server's list of connections shows, unless the URL says another. `server`
    adds settings of the server's side. `unused` is what a pool adds by itself.
    Raises one of UNAVAILABLE.
    """
    try:
        connection = await asyncpg.connect(
            url,
            timeout=CONNECT_SECONDS,
            command_timeout=silence_seconds or SILENCE_SECONDS,
            connection_class=BoundedConnection,
            server_settings=_server_settings(
                url, name, statement_seconds or STATEMENT_SECONDS, server or {}
            ),
        )
    except UNAVAILABLE:
        raise
    except (asyncpg.PostgresError, ValueError) as error:
        # The role, its password or the database is refused; or the URL makes no sense.
        raise CannotConnectError(type(error).__name__) from error
    connection.heard_at = asyncio.get_running_loop().time()
    _keep_alive(connection)
    return connection


@asynccontextmanager
async def connection_for_once(url: str, *, name: str, **options: Any) -> AsyncIterator[Any]:
    """A connection closed at the end, even when the server is silent. Raises like UNAVAILABLE."""
    connection = await open_connection(url, name=name, **options)
    try:
        yield connection
    finally:
        await close_soon(connection)


async def close_soon(connection: Any, seconds: float = 2) -> None:
    """Say farewell for a moment at most; what was committed stays so however this ends."""
    try:
        await connection.close(timeout=seconds)
    except UNAVAILABLE:
        connection.terminate()


def _server_settings(
    url: str, name: str, statement_seconds: float, server: Mapping[str, str]
) -> dict[str, str]:
    """In one `options`, which a pooler may be told to ignore; the URL's come last and win."""
    asked = dict(parse_qsl(urlsplit(url).query))
    ours = {
        "statement_timeout": f"{int(statement_seconds * 1000)}",
        "idle_in_transaction_session_timeout": f"{IDLE_TRANSACTION_SECONDS * 1000}",
        "tcp_user_timeout": f"{UNACKNOWLEDGED_MS}",
        "tcp_keepalives_idle": f"{KEEPALIVE_IDLE}",
        "tcp_keepalives_interval": f"{KEEPALIVE_EVERY}",
        "tcp_keepalives_count": f"{KEEPALIVE_COUNT}",
        **server,
    }
    options = " ".join(f"-c {setting}={value}" for setting, value in ours.items())
    return {
        "application_name": asked.get("application_name", name),
        "timezone": "UTC",
        "options": f"{options} {asked.get('options', '')}".rstrip(),
    }


def _keep_alive(connection: Any) -> None:
    """Let the system find out by itself that the other side is gone."""
    # asyncpg has no public way to the socket.
    channel = connection._transport.get_extra_info("socket")
    if channel is None or channel.family == socket.AF_UNIX:
        return
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        for option, value in (
            (socket.TCP_KEEPIDLE, KEEPALIVE_IDLE),
            (socket.TCP_KEEPINTVL, KEEPALIVE_EVERY),
            (socket.TCP_KEEPCNT, KEEPALIVE_COUNT),
            (socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS),
        ):
            channel.setsockopt(socket.IPPROTO_TCP, option, value)
