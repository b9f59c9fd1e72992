"""The parser of a file of hours worked: `nir,year,siret,hours_worked,reference_hours`.

A reason for refusal never quotes the line, which holds personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import BinaryIO, NamedTuple

from web.core.cli.lines import BadLineError, LineCallback, Reasons, Refuse, read_lines
from web.domain.hours.rules import FIRST_CPF_YEAR, YEARLY_REFERENCE
from web.domain.siret import InvalidSiret, SiretProblem, parse_siret
from web.feed.fields import parse_nir_field, whole_number

COLUMNS = ("nir", "year", "siret", "hours_worked", "reference_hours")
LONGEST_LINE = 500
HOURS_IN_A_YEAR = 8784

SIRET_REASONS = {
    SiretProblem.FORMAT: "siret : 14 chiffres sont attendus",
    SiretProblem.KEY: "siret : la clé ne correspond pas au numéro",
}
WRONG_HOURS = (
    f"hours_worked : un nombre de 0 à {HOURS_IN_A_YEAR} est attendu, avec deux décimales au plus"
)
WRONG_REFERENCE = (
    f"reference_hours : un nombre entier de 1 à {HOURS_IN_A_YEAR} est attendu, ou rien pour "
    f"{YEARLY_REFERENCE}"
)

_HOURS = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?")


class Worked(NamedTuple):
    """A valid line: `hundredths` of an hour worked, and the agreement's yearly hours as reference.

    `nir` is in its canonical form.
    """

    line: int
    nir: str
    year: int
    siret: str
    hundredths: int
    reference: int


def read_worked(
    file: BinaryIO, *, last_year: int, refuse: Refuse, seen: LineCallback
) -> Iterator[Worked]:
    """Yield the valid lines, as read_lines does.

    `last_year`: the last year that may be credited.
    """
    parse = partial(_worked, last_year)
    return read_lines(file, COLUMNS, parse, longest=LONGEST_LINE, refuse=refuse, seen=seen)


def _worked(last_year: int, number: int, fields: list[str]) -> Worked:
    nir, year, siret, hours, reference = fields
    reasons = Reasons()
    values = (
        reasons.of(parse_nir_field, nir),
        reasons.of(_year, year, last_year),
        reasons.of(_siret, siret),
        reasons.of(_hundredths, hours),
        reasons.of(_reference, reference),
    )
    reasons.settle()
    return Worked(number, *values)


@lru_cache(maxsize=128)
def _year(text: str, last_year: int) -> int:
    year = whole_number(text)
    if not FIRST_CPF_YEAR <= year <= last_year:
        raise BadLineError(f"year : une année de {FIRST_CPF_YEAR} à {last_year} est attendue")
    return year


@lru_cache(maxsize=50_000)
def _siret(text: str) -> str:
    try:
        return parse_siret(text)
    except InvalidSiret as error:
        raise BadLineError(SIRET_REASONS[error.problem]) from None


@lru_cache(maxsize=20_000)
def _hundredths(text: str) -> int:
    found = _HOURS.fullmatch("".join(text.split()))
    hundredths = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else -1
    if not 0 <= hundredths <= HOURS_IN_A_YEAR * 100:
        raise BadLineError(WRONG_HOURS)
    return hundredths


@lru_cache(maxsize=1000)
def _reference(text: str) -> int:
    if not text:
        return YEARLY_REFERENCE
    reference = whole_number(text)
    if not 1 <= reference <= HOURS_IN_A_YEAR:
        raise BadLineError(WRONG_REFERENCE)
    return reference
