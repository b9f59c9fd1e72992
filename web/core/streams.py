"""What commands write never decides how they end.

A terminal may not know our letters, a reader may have gone (`| head -1`), a disk may be full. What
was applied stays applied, and the exit status tells of it: what cannot be written is replaced or
dropped.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import TextIO

REPLACE = "compte-formation.plain"
# What has no decomposition into plain letters.
PLAIN = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "–": "-", "—": "-", "œ": "oe"})


class _Forgiving(io.FileIO):
    """A file whose writes succeed; once one failed, what follows is dropped."""

    def write(self, data: object) -> int:
        """Write, or go on without a reader. Returns how much counts as written."""
        try:
            return super().write(data)  # type: ignore[arg-type]
        except BlockingIOError:
            raise
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(data).nbytes  # type: ignore[arg-type]


def make_streams_forgiving() -> None:
    """Give this process a stdout and a stderr that any terminal, pipe or absence suits, once."""
    codecs.register_error(REPLACE, _in_plain_letters)
    sys.stdout = _forgiving(sys.stdout, 1)
    sys.stderr = _forgiving(sys.stderr, 2)


def say(text: str) -> None:
    """Write a line to stdout; typer.echo would write UTF-8 even where ASCII is asked for."""
    sys.stdout.write(f"{text}\n")


def _forgiving(stream: TextIO | None, descriptor: int) -> TextIO:
    if isinstance(getattr(getattr(stream, "buffer", None), "raw", None), _Forgiving):
        assert stream is not None  # noqa: S101 - it has a buffer
        return stream
    if stream is None:
        # Closed by the one who started us: a database's socket must not take its place.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != descriptor:
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
    else:
        stream.flush()
    raw = _Forgiving(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding if stream else "utf-8",
        errors=REPLACE,
        line_buffering=descriptor == 2 or raw.isatty(),
    )


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """« é » as e, « ’ » as an apostrophe; a question mark for what has no plain letter."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    refused = error.object[error.start : error.end]
    plain = unicodedata.normalize("NFKD", refused.translate(PLAIN))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() else "?" for sign in letters), error.end
