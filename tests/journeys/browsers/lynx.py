"""A driver of lynx, a text browser with numbered links and fields.

Keys are read from a pipe, each after the previous one is processed; on a terminal, keys that arrive
while a page loads are discarded.
"""

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

SETTINGS = """\
CHARACTER_SET:utf-8
ASSUME_CHARSET:utf-8
ACCEPT_ALL_COOKIES:TRUE
DEFAULT_KEYPAD_MODE:LINKS_AND_FIELDS_ARE_NUMBERED
TEXTFIELDS_NEED_ACTIVATION:TRUE
NO_PAUSE:TRUE
MESSAGESECS:0
INFOSECS:0
ALERTSECS:0
PRINTER:copy:cp %s written && mv written screen:FALSE:100000
"""
# After lynx's own four printing options.
PRINT_TO_SCREEN = "p5\n"
KEYS = {"\n": "^J", "\t": "<tab>", " ": "<space>", "\x15": "^U"}
# The number follows a link, but only moves to a field.
USE = "\n"
ERASE_LINE = "\x15"
NUMBER = re.compile(r"\[\d+\]?")


class Lynx(TextBrowser):
    """Selects links and fields by the numbers displayed before them."""

    def __init__(self, site: Site, keys: int, folder: Path) -> None:
        self._site = site
        self._keys = keys
        self._page = folder / "screen"

    async def open(self, path: str) -> None:
        await self.visit(f"{self._site.url}{path}")

    async def visit(self, url: str) -> None:
        self._type(f"g{url}\n")

    async def press(self, name: str) -> None:
        page = await self._numbered()
        # The empty button that Enter presses elsewhere is shown by its value, « (Continuer) ».
        found = re.search(rf"\[(\d+)\](BUTTON\) ?)?{re.escape(name)}(?![\w)])", page)
        assert found, f"no link or button {name!r} in {page}"
        number, is_button = found.groups()
        self._type(f"{number}\n{USE if is_button else ''}")

    async def write(self, label: str, text: str) -> None:
        page = await self._numbered()
        place = re.search(rf"^\s*{re.escape(label)}(?!\w)", page, re.MULTILINE)
        assert place, f"no field {label!r} in {page}"
        # An accented label overlaps the number after it: count the preceding ones instead.
        number = len(NUMBER.findall(page, 0, place.start())) + 1
        self._type(f"{number}\n{USE}{ERASE_LINE}{text}\t")

    async def choose(self, label: str) -> None:
        page = await self._numbered()
        found = re.search(rf"\[(\d+)\](?:\[.\]|\(.\)) *{re.escape(label)}(?!\w)", page)
        assert found, f"no choice {label!r} in {page}"
        self._type(f"{found[1]}\n{USE}")

    async def screen(self) -> str:
        return NUMBER.sub("", await self._numbered())

    async def _numbered(self) -> str:
        self._page.unlink(missing_ok=True)
        self._type(PRINT_TO_SCREEN)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await asyncio.to_thread(self._page.exists):
            assert time.monotonic() < deadline, "lynx does not answer"
            await asyncio.sleep(0.02)
        return self._page.read_text().rpartition("\nReferences\n")[0]

    def _type(self, text: str) -> None:
        for byte in text.encode():
            character = chr(byte)
            key = KEYS.get(character) or (character if 32 < byte < 127 else hex(byte))
            os.write(self._keys, f"key {key}\n".encode())


@contextmanager
def lynx(site: Site, folder: Path) -> Iterator[Lynx]:
    """Run lynx with a private configuration."""
    settings, pipe = folder / "lynx.cfg", folder / "keys"
    settings.write_text(SETTINGS)
    os.mkfifo(pipe)
    # Opened for reading and writing, so that opening does not block.
    keys = os.open(pipe, os.O_RDWR)
    try:
        command = [program("lynx"), f"-cfg={settings}", f"-cmd_script={pipe}", site.url]
        with terminal(command, folder):
            yield Lynx(site, keys, folder)
    finally:
        os.close(keys)
