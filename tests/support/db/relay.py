"""A TCP relay to PostgreSQL, opened and closed by tests, and a check that a pool is intact."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.programs.ports import free_port
from web.core.db.database import POOL_MAX, Database

DEADLINE_SECONDS = 5


class Relay:
    """A TCP port in front of the server; while closed, the database is unreachable."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        folder = parse_qs(parts.query).get("host")
        self._socket = f"{unquote(folder[0])}/.s.PGSQL.5432" if folder else ""
        self._server_port = parts.port
        self.port = free_port()
        self.url = f"postgresql://{parts.username}@127.0.0.1:{self.port}{parts.path}"
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()
        self._gates: set[asyncio.Event] = set()
        self._is_silent = False

    async def open(self) -> None:
        """Accept connections."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Cut the open connections, refuse new ones."""
        self.refuse()
        self.resume()
        for stream in self._streams:
            stream.transport.abort()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    def refuse(self) -> None:
        """Refuse new connections; the open ones go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def fall_silent(self) -> None:
        """Keep connections open, accept new ones, and forward nothing."""
        self._is_silent = True
        for gate in self._gates:
            gate.clear()

    def resume(self, *, for_all: bool = True) -> None:
        """Forward again; without `for_all`, only on new connections."""
        self._is_silent = False
        if for_all:
            for gate in self._gates:
                gate.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrier = asyncio.current_task()
        assert carrier is not None
        self._carriers.add(carrier)
        carrier.add_done_callback(self._carriers.discard)
        if self._socket:
            back_reader, back_writer = await asyncio.open_unix_connection(self._socket)
        else:
            back_reader, back_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        pair = {writer, back_writer}
        self._streams |= pair
        gate = asyncio.Event()
        self._gates.add(gate)
        if not self._is_silent:
            gate.set()
        try:
            await asyncio.gather(_pump(reader, back_writer, gate), _pump(back_reader, writer, gate))
        finally:
            self._gates.discard(gate)
            for stream in pair:
                stream.close()
            self._streams -= pair


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event
) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            await gate.wait()
            writer.write(data)
            await writer.drain()
    if not writer.transport.is_closing():
        writer.write_eof()


async def assert_pool_is_whole(db: Database, size: int = POOL_MAX) -> None:
    """Acquire every connection of the pool at once."""
    everyone_holds_one = asyncio.Barrier(size)

    async def hold() -> int:
        async with db.connection() as connection:
            await everyone_holds_one.wait()
            answer: int = await connection.fetchval("SELECT 1")
            return answer

    async with asyncio.timeout(DEADLINE_SECONDS):
        assert await asyncio.gather(*(hold() for _ in range(size))) == [1] * size
