"""Terminal programs on a pseudo-terminal, and the base of their drivers."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE_SECONDS = 20
# Wide, so that no searched text wraps.
ROWS, COLUMNS = 50, 250


class TextBrowser(ABC):
    """Checks on a page shown as text."""

    activates_by_itself = False

    @abstractmethod
    async def open(self, path: str) -> None:
        """Go to a page of the site."""

    @abstractmethod
    async def visit(self, url: str) -> None:
        """Go to any address."""

    @abstractmethod
    async def write(self, label: str, text: str) -> None:
        """Fill the field with this label."""

    @abstractmethod
    async def choose(self, label: str) -> None:
        """Tick a box, or select a radio button."""

    @abstractmethod
    async def press(self, name: str) -> None:
        """Use the link or the button with this name."""

    @abstractmethod
    async def screen(self) -> str:
        """The whole page as laid out, once all commands are processed."""

    async def reads(self, text: str) -> None:
        screen = await self._text()
        assert text in screen, f"{text!r} is not in {screen}"

    async def reads_after(self, text: str, refresh: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in await self._text():
            assert time.monotonic() < deadline, f"{text} never appeared"
            await self.press(refresh)

    async def reads_error_summary(self) -> None:
        screen = await self._text()
        summary, title = screen.find("à corriger"), screen.find("Étape ")
        assert 0 <= summary < title, screen

    async def _text(self) -> str:
        return re.sub(r"\s+", " ", await self.screen())


@contextmanager
def terminal(command: list[str], folder: Path) -> Iterator[int]:
    """Run a program with a folder as its home; return a function that types keys."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {
        "HOME": str(folder),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
    }
    with subprocess.Popen(
        command,
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
            yield ours
        finally:
            process.kill()
            process.wait()
            reader.join()
            os.close(ours)


def _drain(ours: int, copy: Path) -> None:
    """Drain the output, or the program blocks; kept to explain a failure."""
    with copy.open("wb") as kept, suppress(OSError):  # the program has exited
        while chunk := os.read(ours, 65536):
            kept.write(chunk)
            kept.flush()
