"""A driver of w3m, a text browser."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.browsers.terminal import PATIENCE_SECONDS, TextBrowser, terminal
from tests.journeys.site import Site, program

KILL_LINE = "\x15"
OPTIONS = (
    "use_cookie=1",
    "accept_cookie=1",
    "accept_bad_cookie=1",
    "confirm_qq=0",
    "ignorecase_search=0",
)


class W3m(TextBrowser):
    """Moves w3m's cursor by searching for visible text, as its users do."""

    def __init__(self, site: Site, keyboard: int, folder: Path) -> None:
        self._site = site
        self._keyboard = keyboard
        self._folder = folder
        self._screens = 0

    async def open(self, path: str) -> None:
        await self.visit(f"{self._site.url}{path}")

    async def visit(self, url: str) -> None:
        self._command(f"GOTO {url}")

    async def press(self, name: str) -> None:
        # Forward and back: from a heading with the same text, the cursor goes to the next link.
        self._command(f"BEGIN ; SEARCH {_pattern(name)} ; PREV_LINK ; NEXT_LINK ; GOTO_LINK")

    async def write(self, label: str, text: str) -> None:
        self._command(f"BEGIN ; SEARCH ^{_pattern(label)} ; NEXT_LINK ; GOTO_LINK")
        self._type(f"{KILL_LINE}{text}\n")

    async def choose(self, label: str) -> None:
        self._command(f"BEGIN ; SEARCH {_pattern(label)} ; PREV_LINK ; GOTO_LINK")

    async def screen(self) -> str:
        """w3m runs commands in order: once the second file exists, the first is complete."""
        self._screens += 1
        path = self._folder / f"screen{self._screens}"
        done = self._folder / f"screen{self._screens}.done"
        self._command(f"PRINT {path}")
        self._command(f"PRINT {done}")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await asyncio.to_thread(done.exists):
            assert time.monotonic() < deadline, "w3m does not answer"
            await asyncio.sleep(0.02)
        return path.read_text()

    def _command(self, line: str) -> None:
        self._type(f":{line}\n")

    def _type(self, keys: str) -> None:
        os.write(self._keyboard, keys.encode())


def _pattern(text: str) -> str:
    # w3m searches by regular expression; a quote or a semicolon would end the command.
    return re.sub(r"[^\w*]", ".", text)


@contextmanager
def w3m(site: Site, folder: Path) -> Iterator[W3m]:
    """Run w3m with a private configuration."""
    settings = folder / ".w3m"
    settings.mkdir()
    (settings / "keymap").write_text("keymap : COMMAND\n")
    arguments = [program("w3m"), "-I", "UTF-8", "-O", "UTF-8"]
    for option in OPTIONS:
        arguments += ["-o", option]
    with terminal([*arguments, site.url], folder) as keyboard:
        yield W3m(site, keyboard, folder)
