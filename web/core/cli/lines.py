"""Reading a CSV file line by line, reporting each refused line with its reason."""

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
# First bytes of a spreadsheet file (.xlsx, .ods).
ZIP = b"PK\x03\x04"
UNCLOSED = "les guillemets ne se ferment pas"

T = TypeVar("T")
Refuse = Callable[[int, str], None]
LineCallback = Callable[[int, int], None]


class Source(Protocol):
    """The part of a binary file that is used."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return a line, or its first `size` bytes; b"" at the end."""


class BadLineError(ValueError):
    """A line is refused; the message gives the reason, without the line's values."""


class BadFileError(BadLineError):
    """A line is refused for a cause shared by most lines of the file: it is reported once."""


def read_lines(
    file: Source,
    columns: Sequence[str],
    parse: Callable[[int, list[str]], T],
    *,
    longest: int,
    refuse: Refuse,
    seen: LineCallback,
) -> Iterator[T]:
    """Yield what `parse` returns for each line; call `refuse` with the number and reason of others.

    `parse` gets the line's number and its fields, as many as there are columns, and raises
    BadLineError. A header line that names the columns is skipped, and so are lines of separators
    only. `longest` is in bytes. `seen` is called with the number and the length, in bytes, of each
    line. A cause shared by most lines is reported with the first; the others are refused with ''.
    """
    reported: set[str] = set()
    file_check = _FileCheck()
    for number, raw in enumerate(_bounded(file, longest), start=1):
        seen(number, len(raw))
        try:
            fields = _fields(raw, longest, file_check)
            if not any(fields) or (number == 1 and _is_header(fields, columns)):
                continue
            if len(fields) != len(columns):
                raise _wrong_columns(fields, len(columns))
            parsed = parse(number, fields)
        except BadFileError as error:
            refuse(number, "" if str(error) in reported else str(error))
            reported.add(str(error))
        except BadLineError as error:
            refuse(number, str(error))
        else:
            yield parsed


class Reasons:
    """The reasons why a line is refused, collected to be reported together."""

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def of(self, parse: Callable[..., Any], *arguments: object) -> Any:
        """Return what `parse` returns; on BadLineError, keep the reason and return None."""
        try:
            return parse(*arguments)
        except BadLineError as error:
            self._reasons.append(str(error))
            return None

    def settle(self) -> None:
        """Raise BadLineError with all the reasons, if there are any."""
        if self._reasons:
            raise BadLineError(" ; ".join(self._reasons))


def _bounded(file: Source, longest: int) -> Iterator[bytes]:
    """Yield the lines of the file, cut after `longest` + 1 bytes."""
    while raw := file.readline(longest + 1):
        yield raw
        while len(raw) > longest and not raw.endswith(b"\n"):
            raw = file.readline(longest + 1)


@dataclass
class _FileCheck:
    """The cause for which every line of a file is refused; '' for none, None when not known yet."""

    cause: str | None = None

    def check(self, raw: bytes) -> None:
        """Raise BadFileError for a file in an unsupported format, judged by its first line."""
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


def _fields(raw: bytes, longest: int, file_check: _FileCheck) -> list[str]:
    file_check.check(raw)
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
    """Return the error; it names the cause when another separator gives the expected columns."""
    line = ",".join(fields)
    for separator, name in SEPARATORS.items():
        if line.count(separator) >= expected - 1:
            return BadFileError(OTHER_SEPARATOR.format(expected, name))
    return BadLineError(WRONG_COLUMNS.format(expected))


def _is_header(fields: list[str], columns: Sequence[str]) -> bool:
    return [field.lower() for field in fields] == list(columns)
