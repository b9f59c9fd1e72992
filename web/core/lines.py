"""Reading a file of comma-separated values line by line, each refused line told with its reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

TOO_LONG = "la ligne est trop longue"
NOT_TEXT = "la ligne n’est pas du texte en UTF-8"
WRONG_COLUMNS = "{} colonnes séparées par des virgules sont attendues"
AS_CSV = "enregistrez-le en «\u00a0CSV UTF-8\u00a0», délimité par des virgules"
OTHER_SEPARATOR = f"{WRONG_COLUMNS}, et ce fichier les sépare par des {{}}\u00a0: {AS_CSV}"
OTHER_ENCODING = f"{NOT_TEXT}, et le fichier semble être en {{}}\u00a0: {AS_CSV}"
WORKBOOK = f"ce fichier est un classeur, pas du texte\u00a0: {AS_CSV}"
ENDS_OF_LINES = f"les fins de ligne de ce fichier sont celles des anciens Macintosh\u00a0: {AS_CSV}"
SEPARATORS = {";": "points-virgules", "\t": "tabulations", "|": "barres verticales"}
# How the workbooks of a spreadsheet (.xlsx, .ods) begin.
ZIP = b"PK\x03\x04"
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


class BadFileError(BadLineError):
    """A line is refused for a cause that most lines of its file have: it is told once."""


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
    BadLineError. A first line that names the columns is skipped, and so are lines that hold
    nothing but separators. `longest` is in bytes. `seen` gets the number and the length, in bytes,
    of each line. A cause that most lines of a file have is told with the first; the others are
    refused with ''.
    """
    told: set[str] = set()
    kind = _Kind()
    for number, raw in enumerate(_bounded(file, longest), start=1):
        seen(number, len(raw))
        try:
            fields = _fields(raw, longest, kind)
            if not any(fields) or (number == 1 and _is_header(fields, columns)):
                continue
            if len(fields) != len(columns):
                raise _wrong_columns(fields, len(columns))
            parsed = parse(number, fields)
        except BadFileError as error:
            refuse(number, "" if str(error) in told else str(error))
            told.add(str(error))
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


@dataclass
class _Kind:
    """What the first bytes of a file say of the rest: the cause of every refusal, '' for none."""

    cause: str | None = None

    def look(self, raw: bytes) -> None:
        """Raise BadFileError in a file that is no text of ours; its first line decides."""
        if self.cause is None:
            if raw.startswith(ZIP):
                self.cause = WORKBOOK
            elif b"\x00" in raw[:4]:
                self.cause = OTHER_ENCODING.format("UTF-16")
            elif b"\r" in raw.rstrip(b"\r\n"):
                self.cause = ENDS_OF_LINES
            else:
                self.cause = ""
        if self.cause:
            raise BadFileError(self.cause)


def _fields(raw: bytes, longest: int, kind: _Kind) -> list[str]:
    kind.look(raw)
    if len(raw) > longest:
        raise BadLineError(TOO_LONG)
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadFileError(OTHER_ENCODING.format("Windows-1252")) from None
    if '"' not in text:
        fields = [field.strip() for field in text.split(",")]
        return [] if not text.strip(" ,;\t|") else fields
    try:
        return [field.strip() for field in next(csv.reader([text], strict=True))]
    except csv.Error:
        raise BadLineError(UNCLOSED) from None


def _wrong_columns(fields: list[str], expected: int) -> BadLineError:
    """The cause, when another sign than the comma makes as many columns as expected."""
    line = ",".join(fields)
    for sign, name in SEPARATORS.items():
        if line.count(sign) >= expected - 1:
            return BadFileError(OTHER_SEPARATOR.format(expected, name))
    return BadLineError(WRONG_COLUMNS.format(expected))


def _is_header(fields: list[str], columns: Sequence[str]) -> bool:
    return [field.lower() for field in fields] == list(columns)
