"""A minimal HTTP client, whose cost is negligible in the measurements."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

HIDDEN = re.compile(r'name="(csrf|key|challenge|version)" value="([^"]*)"')

HTMX = "HX-Request: true\r\n"


@dataclass
class Answer:
    """A response: status, Location header, body."""

    status: int
    location: str
    body: bytes

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page, the first one of each name."""
        found: dict[str, str] = {}
        for name, value in HIDDEN.findall(self.body.decode()):
            found.setdefault(name, value)
        return found


@dataclass
class Visitor:
    """A client with a keep-alive connection, its cookies and its X-Forwarded-For address.

    Requests sent at once follow each other on the connection.
    """

    port: int
    address: str = "198.51.100.1"
    cookies: dict[str, str] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _in_turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get(self, path: str, *, htmx: bool = False) -> Answer:
        """Send a GET request, with the header of htmx on demand."""
        async with self._in_turn:
            return await self._send("GET", path, b"", HTMX if htmx else "")

    async def post(self, path: str, fields: dict[str, str], *, htmx: bool = False) -> Answer:
        """Send a form, with the header of htmx on demand."""
        body = urlencode(fields).encode()
        async with self._in_turn:
            return await self._send("POST", path, body, HTMX if htmx else "")

    async def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _send(self, method: str, path: str, body: bytes, more: str = "") -> Answer:
        if self._streams is not None and self._streams[0].at_eof():
            # The server ended the idle connection.
            await self.close()
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Sec-Fetch-Site: same-origin\r\nX-Forwarded-For: {self.address}\r\n"
            f"Cookie: {cookie}\r\n{more}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        length, location = 0, ""
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            if name == "content-length":
                length = int(value)
            elif name == "location":
                location = value
            elif name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return Answer(int(lines[0].split()[1]), location, await reader.readexactly(length))
