"""A hand that holds w3m, a browser of text, through a terminal of its own."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.journeys.site import Site, program

PATIENCE_SECONDS = 20
# Wide, so that nothing searched for is cut by the end of a line.
ROWS, COLUMNS = 50, 250
KILL_LINE = "\x15"
OPTIONS = (
    "use_cookie=1",
    "accept_cookie=1",
    "accept_bad_cookie=1",
    "confirm_qq=0",
    "ignorecase_search=0",
)


class W3m:
    """Moves w3m's cursor by searching for what is on the screen, as its users do."""

    activates_by_itself = False

    def __init__(self, site: Site, terminal: int, folder: Path) -> None:
        self._site = site
        self._terminal = terminal
        self._folder = folder
        self._screens = 0

    async def open(self, path: str) -> None:
        self._command(f"GOTO {self._site.url}{path}")

    async def press(self, name: str) -> None:
        # There and back: from a heading of the same words the cursor goes on to the next link.
        self._command(f"BEGIN ; SEARCH {_pattern(name)} ; PREV_LINK ; NEXT_LINK ; GOTO_LINK")

    async def write(self, label: str, text: str) -> None:
        self._command(f"BEGIN ; SEARCH ^{_pattern(label)} ; NEXT_LINK ; GOTO_LINK")
        self._type(f"{KILL_LINE}{text}\n")

    async def choose(self, label: str) -> None:
        self._command(f"BEGIN ; SEARCH {_pattern(label)} ; PREV_LINK ; GOTO_LINK")

    async def reads(self, text: str) -> None:
        screen = await self._screen()
        assert text in screen, f"{text!r} is not in {screen}"

    async def reads_after(self, text: str, refresh: str) -> None:
        for _ in range(50):
            if text in await self._screen():
                return
            await self.press(refresh)
        raise AssertionError(f"{text} was never said")

    async def is_told_of_errors(self) -> None:
        screen = await self._screen()
        summary, title = screen.find("à corriger"), screen.find("Étape ")
        assert 0 <= summary < title, screen

    async def _screen(self) -> str:
        """The page as w3m lays it out, spaces folded; w3m does one thing after the other."""
        self._screens += 1
        path = self._folder / f"screen{self._screens}"
        done = self._folder / f"screen{self._screens}.done"
        self._command(f"PRINT {path}")
        self._command(f"PRINT {done}")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await asyncio.to_thread(done.exists):
            assert time.monotonic() < deadline, "w3m does not answer"
            await asyncio.sleep(0.02)
        return re.sub(r"\s+", " ", path.read_text())

    def _command(self, line: str) -> None:
        self._type(f":{line}\n")

    def _type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())


def _pattern(text: str) -> str:
    # w3m searches by regular expression; a quote or a semicolon would end the command.
    return re.sub(r"[^\w*]", ".", text)


@contextmanager
def w3m(site: Site, folder: Path) -> Iterator[W3m]:
    """Run w3m with settings of its own."""
    settings = folder / ".w3m"
    settings.mkdir()
    (settings / "keymap").write_text("keymap : COMMAND\n")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    arguments = [program("w3m"), "-I", "UTF-8", "-O", "UTF-8"]
    for option in OPTIONS:
        arguments += ["-o", option]
    environment = {
        "HOME": str(folder),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
    }
    with subprocess.Popen(
        [*arguments, site.url],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
        cwd=folder,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        reader = threading.Thread(target=_drain, args=(ours, folder / "terminal"))
        reader.start()
        try:
            yield W3m(site, ours, folder)
        finally:
            process.kill()
            process.wait()
            reader.join()
            os.close(ours)


def _drain(terminal: int, copy: Path) -> None:
    """What w3m draws must be read, or it stops; kept to understand a failure."""
    with copy.open("wb") as kept, suppress(OSError):  # the other end is gone
        while chunk := os.read(terminal, 65536):
            kept.write(chunk)
            kept.flush()
