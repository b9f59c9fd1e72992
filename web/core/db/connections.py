"""Connections to PostgreSQL, all opened here: URL options, keepalives and timeouts.

A connection to a server that no longer answers, or that has become read-only, is closed at once
and the exception propagates.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import asyncpg

from web.core.db.hosts import connect_to_any

T = TypeVar("T")

CONNECT_SECONDS = 5
# statement_timeout: shorter than SILENCE_SECONDS, so that the server reports it before we give up.
STATEMENT_SECONDS = 9
SILENCE_SECONDS = 10
# Releases the locks of a client that went silent within a transaction.
IDLE_TRANSACTION_SECONDS = 60
# The kernel detects a dead peer within KEEPALIVE_IDLE + KEEPALIVE_EVERY * KEEPALIVE_COUNT seconds.
KEEPALIVE_IDLE, KEEPALIVE_EVERY, KEEPALIVE_COUNT = 5, 2, 3
UNACKNOWLEDGED_MS = 10_000


class CannotConnectError(ConnectionError):
    """No connection can be opened; the message is the driver's exception or what it found wrong."""


UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    # Raised when the server's shutdown notice arrives in the middle of another exchange.
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
    # A transaction of ours stalled between two statements.
    asyncpg.IdleInTransactionSessionTimeoutError,
    # We lock in a fixed order; should a deadlock occur anyway, the request can be retried.
    asyncpg.DeadlockDetectedError,
)


def find_cause(error: BaseException) -> str:
    """Return the cause of one of UNAVAILABLE, for the administrator; it holds no URL."""
    if isinstance(error, CannotConnectError):
        return str(error)
    name = type(error).__name__
    # A file for TLS, or ~/.pgpass, which the driver looks for and may not read.
    return f"{name}, {error.filename}" if isinstance(error, OSError) and error.filename else name


class BoundedConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that closes itself when the server is silent or read-only.

    The server's own, shorter statement_timeout distinguishes a slow statement from silence: the
    server cancels it, and the connection stays usable.
    """

    # Last response, by the event loop's clock.
    last_response_at = 0.0
    # Set when it was closed here because the server is silent or read-only.
    is_broken = False
    # URL of the host that it leads to.
    host = ""

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
    def is_read_only(self) -> bool:
        """Return whether the server reports this connection as read-only; a pooler may hide it."""
        settings = self.get_settings()
        return "on" in (
            getattr(settings, "default_transaction_read_only", "off"),
            getattr(settings, "in_hot_standby", "off"),
        )

    @contextmanager
    def _closing_when_useless(self) -> Any:
        try:
            yield
        except (TimeoutError, asyncpg.ReadOnlySQLTransactionError):
            self.is_broken = True
            self.terminate()
            raise
        self.last_response_at = asyncio.get_running_loop().time()


async def open_connection(
    url: str,
    *,
    name: str,
    statement_seconds: float | None = None,
    silence_seconds: float | None = None,
    server: Mapping[str, str] | None = None,
    **unused: Any,
) -> Any:
    """Open a BoundedConnection to `url`, in any form that asyncpg understands.

    Of several hosts, the one that accepts writes is taken, unless the URL says otherwise.
    `name` is the application_name, unless the URL sets one. `server` adds server settings.
    `unused` absorbs what a pool passes on its own. Raises one of UNAVAILABLE.
    """
    try:
        host, connection = await connect_to_any(
            url,
            partial(
                asyncpg.connect,
                timeout=CONNECT_SECONDS,
                command_timeout=silence_seconds or SILENCE_SECONDS,
                connection_class=BoundedConnection,
                server_settings=_server_settings(
                    url, name, statement_seconds or STATEMENT_SECONDS, server or {}
                ),
            ),
        )
    except asyncpg.ClientConfigurationError as error:
        # Such as a missing root certificate; its hint is not part of the first argument.
        raise CannotConnectError(error.args[0]) from error
    except UNAVAILABLE:
        raise
    except (asyncpg.PostgresError, ValueError) as error:
        # The role, its password or the database is refused; or the URL is malformed.
        raise CannotConnectError(type(error).__name__) from error
    connection.host = host
    connection.last_response_at = asyncio.get_running_loop().time()
    _keep_alive(connection)
    return connection


@asynccontextmanager
async def dedicated_connection(url: str, *, name: str, **options: Any) -> AsyncIterator[Any]:
    """A connection closed at the end, even if the server is silent. Raises one of UNAVAILABLE."""
    connection = await open_connection(url, name=name, **options)
    try:
        yield connection
    finally:
        await close_soon(connection)


async def close_soon(connection: Any, seconds: float = 2) -> None:
    """Close the connection, forcibly after `seconds`; what was committed stays committed."""
    try:
        await connection.close(timeout=seconds)
    except UNAVAILABLE:
        connection.terminate()


def _server_settings(
    url: str, name: str, statement_seconds: float, server: Mapping[str, str]
) -> dict[str, str]:
    """Return the settings in one `options`, for poolers to ignore; the URL's come last and win."""
    query = dict(parse_qsl(urlsplit(url).query))
    defaults = {
        "statement_timeout": f"{int(statement_seconds * 1000)}",
        "idle_in_transaction_session_timeout": f"{IDLE_TRANSACTION_SECONDS * 1000}",
        "tcp_user_timeout": f"{UNACKNOWLEDGED_MS}",
        "tcp_keepalives_idle": f"{KEEPALIVE_IDLE}",
        "tcp_keepalives_interval": f"{KEEPALIVE_EVERY}",
        "tcp_keepalives_count": f"{KEEPALIVE_COUNT}",
        **server,
    }
    options = " ".join(f"-c {setting}={value}" for setting, value in defaults.items())
    return {
        "application_name": query.get("application_name", name),
        "timezone": "UTC",
        "options": f"{options} {query.get('options', '')}".rstrip(),
    }


def _keep_alive(connection: Any) -> None:
    """Let the kernel detect a dead peer."""
    # asyncpg offers no public access to the socket.
    sock = connection._transport.get_extra_info("socket")
    if sock is None or sock.family == socket.AF_UNIX:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        for option, value in (
            (socket.TCP_KEEPIDLE, KEEPALIVE_IDLE),
            (socket.TCP_KEEPINTVL, KEEPALIVE_EVERY),
            (socket.TCP_KEEPCNT, KEEPALIVE_COUNT),
            (socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS),
        ):
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
