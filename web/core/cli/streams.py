"""Standard streams whose failures never affect the outcome of a command.

A terminal may lack our letters, a reader may have closed the pipe (`| head -1`), a disk may be
full. The work is done all the same, and the exit status must reflect it: output that cannot be
written is replaced or dropped.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import TextIO

REPLACE = "compte-formation.plain"
# Characters without an NFKD decomposition into ASCII.
PLAIN = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "–": "-", "—": "-", "œ": "oe"})


class _ForgivingFile(io.FileIO):
    """A file whose writes never fail: after an error, output is dropped."""

    def write(self, data: object) -> int:
        """Write, or redirect to /dev/null after an error; return the number of bytes accepted."""
        try:
            return super().write(data)  # type: ignore[arg-type]
        except BlockingIOError:
            raise
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.fileno())
            os.close(null)
            return memoryview(data).nbytes  # type: ignore[arg-type]


def make_streams_forgiving() -> None:
    """Replace stdout and stderr by streams that never fail; idempotent."""
    codecs.register_error(REPLACE, _in_plain_letters)
    sys.stdout = _wrapped(sys.stdout, 1)
    sys.stderr = _wrapped(sys.stderr, 2)


def say(text: str) -> None:
    """Write a line to stdout; typer.echo would write UTF-8 even where ASCII is asked for."""
    sys.stdout.write(f"{text}\n")


def _wrapped(stream: TextIO | None, descriptor: int) -> TextIO:
    if isinstance(getattr(getattr(stream, "buffer", None), "raw", None), _ForgivingFile):
        assert stream is not None  # noqa: S101 - it has a buffer
        return stream
    if stream is None:
        # Closed by our parent: a database socket must not take this descriptor.
        null = os.open(os.devnull, os.O_WRONLY)
        if null != descriptor:
            os.dup2(null, descriptor)
            os.close(null)
    else:
        stream.flush()
    raw = _ForgivingFile(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding if stream else "utf-8",
        errors=REPLACE,
        line_buffering=descriptor == 2 or raw.isatty(),
    )


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    """Replace unencodable characters by ASCII: « é » by e, « ’ » by an apostrophe, else by ?."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    refused = error.object[error.start : error.end]
    plain = unicodedata.normalize("NFKD", refused.translate(PLAIN))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return "".join(char if char.isascii() else "?" for char in letters), error.end
