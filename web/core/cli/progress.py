"""Progress reports of long commands: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from web.core.text import NBSP

REFUSALS_SHOWN = 1000
LINES_BETWEEN_WORDS = 100_000
LINES_BETWEEN_MOVES = 2_000


class _Report:
    """A bar on a terminal, plain lines elsewhere."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out or sys.stdout
        self._has_bar = self._out.isatty()
        self._started = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=Console(file=self._out),
            disable=not self._has_bar,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """The seconds elapsed since the start."""
        return time.monotonic() - self._started

    def _write_line(self, text: str) -> None:
        if not self._has_bar:
            self._out.write(f"{text}\n")
            self._out.flush()


class FileProgress(_Report):
    """A progress report of an import; refusals go to `err`, the rest to `out`.

    `size` is the file's, in bytes; `steps` the number of database steps that follow. Only the first
    thousand refusals are written: beyond, the file is wrong as a whole.
    """

    def __init__(
        self, size: int, steps: int, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        super().__init__(out)
        self._err = err or sys.stderr
        self._size = size
        self._steps = steps
        self._bytes = 0
        self._refusals = 0
        self._reading = self._bar.add_task("Lecture du fichier", total=size or None)
        self._working = self._bar.add_task("Base de données", total=steps)

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            self._bar.update(self._working, completed=self._steps)
        super().__exit__(*failure)

    def read(self, line: int, size: int) -> None:
        """Report that a line of `size` bytes was read."""
        self._bytes += size
        if line % LINES_BETWEEN_MOVES == 0:
            self._bar.update(self._reading, completed=self._bytes)
        if line % LINES_BETWEEN_WORDS == 0:
            share = f" ({100 * self._bytes // self._size}{NBSP}%)" if self._size else ""
            self._write_timed(f"{grouped(line)} lignes lues{share}")

    def refused(self, line: int, reason: str) -> None:
        """Report a refused line; the reason is '' when it repeats that of an earlier line."""
        if not reason:
            return
        self._refusals += 1
        if self._refusals <= REFUSALS_SHOWN:
            self._write_refusal(f"ligne {line}{NBSP}: {reason}")
        elif self._refusals == REFUSALS_SHOWN + 1:
            self._write_refusal(
                "… les lignes refusées suivantes sont comptées, sans être affichées."
            )

    def step(self, name: str) -> None:
        """Report that the database begins the named step."""
        self._write_timed(f"{name}…")
        self._bar.update(self._reading, completed=self._bytes)
        self._bar.update(self._working, description=name, advance=1)

    def _write_timed(self, text: str) -> None:
        self._write_line(f"[{tenths(self.seconds):>6}{NBSP}s] {text}")

    def _write_refusal(self, text: str) -> None:
        # Printed above the bar when both share a terminal.
        if self._has_bar and self._err.isatty():
            self._bar.console.print(text, highlight=False, markup=False)
        else:
            self._err.write(f"{text}\n")


class ColumnProgress(_Report):
    """A progress report of work on columns, one after the other."""

    def __init__(self, out: TextIO | None = None) -> None:
        super().__init__(out)
        self._done = self._reported = 0

    def column(self, name: str, boxes: int) -> None:
        """Report the next column, and how many values it has to process."""
        self._done = self._reported = 0
        self._write_line(f"{name}{NBSP}: {counted(boxes, 'valeur')}")
        self._task = self._bar.add_task(name, total=boxes)

    def advance(self, boxes: int) -> None:
        """Report that so many more values were processed."""
        self._done += boxes
        self._bar.update(self._task, completed=self._done)
        if self._done - self._reported >= LINES_BETWEEN_WORDS:
            self._reported = self._done
            self._write_line(f"  {counted(self._done, 'valeur')}")


def tenths(number: float) -> str:
    """Format with one decimal: « 12,3 »."""
    return f"{number:.1f}".replace(".", ",")


def grouped(number: int) -> str:
    """Format with grouped thousands: « 1 000 000 »."""
    return f"{number:,}".replace(",", NBSP)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Format a count with its noun: « 1 ligne », « 2 lignes »; `many` for irregular plurals."""
    return f"{grouped(number)} {one if number < 2 else many or one + 's'}"
