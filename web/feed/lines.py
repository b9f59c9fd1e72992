"""Reading a file of hours worked: `nir,year,siret,hours_worked,reference_hours`, line by line.

What was typed is never quoted in a reason: a line holds personal data.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from web.domain.hours import FIRST_CPF_YEAR, YEARLY_REFERENCE
from web.domain.nir import InvalidNir, Nir, NirProblem, parse_nir
from web.domain.siret import InvalidSiret, SiretProblem, parse_siret

COLUMNS = ("nir", "year", "siret", "hours_worked", "reference_hours")
LONGEST_LINE = 500
HOURS_IN_A_YEAR = 8784

NIR_REASONS = {
    NirProblem.FORMAT: "nir : 13 caractères sont attendus, ou 15 avec la clé",
    NirProblem.PROVISIONAL: "nir : ce numéro est provisoire, il faut le numéro définitif",
    NirProblem.KEY: "nir : la clé ne correspond pas au numéro",
    NirProblem.MONTH: "nir : le mois de naissance n’existe pas",
    NirProblem.PLACE: "nir : le lieu de naissance n’existe pas",
    NirProblem.ORDER: "nir : le numéro d’ordre n’existe pas",
}
SIRET_REASONS = {
    SiretProblem.FORMAT: "siret : 14 chiffres sont attendus",
    SiretProblem.KEY: "siret : la clé ne correspond pas au numéro",
}
WRONG_HOURS = (
    f"hours_worked : un nombre de 0 à {HOURS_IN_A_YEAR} est attendu, avec deux décimales au plus"
)
WRONG_REFERENCE = (
    f"reference_hours : un nombre entier de 1 à {HOURS_IN_A_YEAR} est attendu, ou rien pour "
    f"{YEARLY_REFERENCE}"
)
WRONG_COLUMNS = f"{len(COLUMNS)} colonnes séparées par des virgules sont attendues"
TOO_LONG = "la ligne est trop longue"
NOT_TEXT = "la ligne n’est pas du texte en UTF-8"

_HOURS = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?")
_WHOLE = re.compile(r"[0-9]{1,4}")


class Worked(NamedTuple):
    """A valid line: hundredths of an hour worked, over an agreement's yearly hours."""

    line: int
    nir: str
    year: int
    siret: str
    hundredths: int
    reference: int


class BadLineError(ValueError):
    """A line is refused; its message says why, without what was typed."""


Refuse = Callable[[int, str], None]


def read_lines(
    file: BinaryIO, *, last_year: int, refuse: Refuse, seen: Callable[[int, int], None]
) -> Iterator[Worked]:
    """Yield the valid lines; tell `refuse` the number of each other line and why.

    A first line that names the columns is skipped, and so are empty lines. `last_year`: the last
    year that may be credited. `seen` gets the line's number and length, in bytes, of each line.
    """
    for number, raw in enumerate(_bounded(file), start=1):
        seen(number, len(raw))
        try:
            fields = _fields(raw)
            if fields == [""] or (number == 1 and _is_header(fields)):
                continue
            yield _worked(number, fields, last_year)
        except BadLineError as error:
            refuse(number, str(error))


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """Lines of the file, the end of a line that is too long thrown away."""
    while raw := file.readline(LONGEST_LINE + 1):
        yield raw
        while len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST_LINE + 1)


def _fields(raw: bytes) -> list[str]:
    if len(raw) > LONGEST_LINE:
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
        raise BadLineError("les guillemets ne se ferment pas") from None


def _is_header(fields: list[str]) -> bool:
    return tuple(field.lower() for field in fields) == COLUMNS


def _worked(number: int, fields: list[str], last_year: int) -> Worked:
    if len(fields) != len(COLUMNS):
        raise BadLineError(WRONG_COLUMNS)
    nir, year, siret, hours, reference = fields
    reasons: list[str] = []

    def parsed(parse: Callable[..., Any], *arguments: object) -> Any:
        try:
            return parse(*arguments)
        except BadLineError as error:
            reasons.append(str(error))

    values = (
        parsed(_nir, nir),
        parsed(_year, year, last_year),
        parsed(_siret, siret),
        parsed(_hundredths, hours),
        parsed(_reference, reference),
    )
    if reasons:
        raise BadLineError(" ; ".join(reasons))
    return Worked(number, *values)


def _nir(text: str) -> str:
    try:
        return Nir(text).value  # most are written plainly: the forgiving reading costs four times
    except InvalidNir:
        pass
    try:
        return parse_nir(text).value
    except InvalidNir as error:
        raise BadLineError(NIR_REASONS[error.problem]) from None


@lru_cache(maxsize=128)
def _year(text: str, last_year: int) -> int:
    year = int(text) if _WHOLE.fullmatch(text) else 0
    if not FIRST_CPF_YEAR <= year <= last_year:
        raise BadLineError(f"year : une année de {FIRST_CPF_YEAR} à {last_year} est attendue")
    return year


@lru_cache(maxsize=50_000)
def _siret(text: str) -> str:
    try:
        return parse_siret(text)
    except InvalidSiret as error:
        raise BadLineError(SIRET_REASONS[error.problem]) from None


@lru_cache(maxsize=20_000)
def _hundredths(text: str) -> int:
    found = _HOURS.fullmatch(text)
    hundredths = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else -1
    if not 0 <= hundredths <= HOURS_IN_A_YEAR * 100:
        raise BadLineError(WRONG_HOURS)
    return hundredths


@lru_cache(maxsize=1000)
def _reference(text: str) -> int:
    if not text:
        return YEARLY_REFERENCE
    reference = int(text) if _WHOLE.fullmatch(text) else 0
    if not 1 <= reference <= HOURS_IN_A_YEAR:
        raise BadLineError(WRONG_REFERENCE)
    return reference
