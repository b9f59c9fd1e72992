"""Reading a file of comma-separated values line by line, each refused line told with its reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

TOO_LONG = "la ligne est trop longue"
NOT_TEXT = "la ligne n’est pas du texte en UTF-8"
WRONG_COLUMNS = "{} colonnes séparées par des virgules sont attendues"
UNCLOSED = "les guillemets ne se ferment pas"

T = TypeVar("T")
Refuse = Callable[[int, str], None]
Seen = Callable[[int, int], None]


class Source(Protocol):
    """What is used of a file."""

    def readline(self, size: int = -1, /) -> bytes:
        """A line, or the first `size` bytes of it; b"" at the end."""


class BadLineError(ValueError):
    """A line is refused; its message says why, without what was typed."""


def read_lines(
    file: Source,
    columns: Sequence[str],
    parse: Callable[[int, list[str]], T],
    *,
    longest: int,
    refuse: Refuse,
    seen: Seen,
) -> Iterator[T]:
    """Yield what `parse` makes of each line; tell `refuse` the number of each other line and why.

    `parse` gets the line's number and its fields, as many as there are columns, and raises
    BadLineError. A first line that names the columns is skipped, and so are empty lines. `longest`
    is in bytes. `seen` gets the number and the length, in bytes, of each line.
    """
    for number, raw in enumerate(_bounded(file, longest), start=1):
        seen(number, len(raw))
        try:
            fields = _fields(raw, longest)
            if fields == [""] or (number == 1 and _is_header(fields, columns)):
                continue
            if len(fields) != len(columns):
                raise BadLineError(WRONG_COLUMNS.format(len(columns)))
            parsed = parse(number, fields)
        except BadLineError as error:
            refuse(number, str(error))
        else:
            yield parsed


class Reasons:
    """Everything that is wrong with a line, so that it is told at once."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def of(self, parse: Callable[..., Any], *arguments: object) -> Any:
        """What `parse` returns; None, and its reason kept, when it refuses."""
        try:
            return parse(*arguments)
        except BadLineError as error:
            self._found.append(str(error))
            return None

    def settle(self) -> None:
        """Raise BadLineError with all the reasons, if there are any."""
        if self._found:
            raise BadLineError(" ; ".join(self._found))


def _bounded(file: Source, longest: int) -> Iterator[bytes]:
    """Lines of the file, the end of a line that is too long thrown away."""
    while raw := file.readline(longest + 1):
        yield raw
        while len(raw) > longest and not raw.endswith(b"\n"):
            raw = file.readline(longest + 1)


def _fields(raw: bytes, longest: int) -> list[str]:
    if len(raw) > longest:
        raise BadLineError(TOO_LONG)
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadLineError(NOT_TEXT) from None
    if '"' not in text:
        return [field.strip() for field in text.split(",")]
    try:
        return [field.strip() for field in next(csv.reader([text], strict=True))]
    except csv.Error:
        raise BadLineError(UNCLOSED) from None


def _is_header(fields: list[str], columns: Sequence[str]) -> bool:
    return [field.lower() for field in fields] == list(columns)
