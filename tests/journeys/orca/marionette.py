"""Firefox's own remote control: to open an address, and to ask where the focus is."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

START_SECONDS = 60


class Marionette:
    """A connection: each command is `[0, number, name, parameters]`, with its length before it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._number = 0

    async def command(self, name: str, **parameters: Any) -> Any:
        """Carry out one command; raise AssertionError with Firefox's explanation if it fails."""
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._writer.write(b"%d:%b" % (len(message), message))
        _, _, error, result = await self.receive()
        assert error is None, f"{name}: {error}"
        return result

    async def receive(self) -> Any:
        """The next message."""
        length = await self._reader.readuntil(b":")
        return json.loads(await self._reader.readexactly(int(length[:-1])))

    async def go(self, url: str) -> None:
        """Open an address, until the page has loaded."""
        await self.command("WebDriver:Navigate", url=url)

    async def press_keys(self, characters: str) -> None:
        """Press and release the key of each character."""
        keys = [{"type": kind, "value": one} for one in characters for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        await self.command("WebDriver:PerformActions", actions=actions)

    async def evaluate(self, script: str, *arguments: Any) -> Any:
        """The value of a function called with these arguments; None while a page is replaced."""
        code = f"return ({script})(...arguments)"
        try:
            answer = await self.command("WebDriver:ExecuteScript", script=code, args=arguments)
        except AssertionError as error:
            if "unloaded" in str(error) or "no such" in str(error) or "Actor" in str(error):
                return None
            raise
        return answer["value"]


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Marionette]:
    """Connect as soon as Firefox listens, and begin a session."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except OSError:
            assert time.monotonic() < deadline, "Firefox does not listen"
            await asyncio.sleep(0.1)
    firefox = Marionette(reader, writer)
    await firefox.receive()
    await firefox.command("WebDriver:NewSession", capabilities={"alwaysMatch": {}})
    try:
        yield firefox
    finally:
        writer.close()
