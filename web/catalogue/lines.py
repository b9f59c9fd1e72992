"""The parser of a file of the catalogue: one code CPF per line, with the columns of COLUMNS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from web.catalogue.words import words_of
from web.core.cli.lines import BadLineError, LineCallback, Reasons, Refuse, Source, read_lines
from web.core.text import is_displayable, printable_line

COLUMNS = (
    "code_cpf",
    "title",
    "rncp",
    "level",
    "sector",
    "audience",
    "region",
    "valid_from",
    "valid_until",
)
LONGEST_LINE = 4000
# The longest texts, in characters: people must be able to read them on a page.
LONGEST = {"title": 300, "level": 100, "sector": 150, "audience": 150, "region": 100}

_CODE = re.compile(r"[0-9]{1,6}")
_RNCP = re.compile(r"[0-9]{0,10}")
# No-break spaces stay: they belong to French titles.
_SPACES = re.compile(r"[ \t]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CatalogueLine(NamedTuple):
    """A valid line; an empty audience or region means all of them, a missing date no limit."""

    line: int
    code_cpf: str
    title: str
    rncp: str
    level: str
    sector: str
    audience: str
    region: str
    valid_from: date | None
    valid_until: date | None


def read_catalogue(file: Source, *, refuse: Refuse, seen: LineCallback) -> Iterator[CatalogueLine]:
    """Yield the valid lines, as read_lines does."""
    return read_lines(file, COLUMNS, _line, longest=LONGEST_LINE, refuse=refuse, seen=seen)


def is_code(text: str) -> bool:
    """Return whether a text has the shape of a code CPF."""
    return bool(_CODE.fullmatch(text))


def _line(number: int, fields: list[str]) -> CatalogueLine:
    code, title, rncp, level, sector, audience, region, valid_from, valid_until = fields
    reasons = Reasons()
    line = CatalogueLine(
        number,
        reasons.of(_code, code),
        reasons.of(_title, title),
        reasons.of(_rncp, rncp),
        reasons.of(_text, "level", level),
        reasons.of(_text, "sector", sector),
        reasons.of(_text, "audience", audience),
        reasons.of(_text, "region", region),
        reasons.of(_date, "valid_from", valid_from),
        reasons.of(_date, "valid_until", valid_until),
    )
    reasons.of(_order, line.valid_from, line.valid_until)
    reasons.settle()
    return line


def _code(text: str) -> str:
    if not is_code(text):
        raise BadLineError("code_cpf : un nombre de 1 à 6 chiffres est attendu")
    return text


def _title(text: str) -> str:
    if not words_of(text):
        raise BadLineError("title : un intitulé est attendu")
    return _text("title", text)


def _rncp(text: str) -> str:
    if not _RNCP.fullmatch(text):
        raise BadLineError("rncp : des chiffres sont attendus, 10 au plus, ou rien")
    return text


@lru_cache(maxsize=5000)
def _text(name: str, text: str) -> str:
    if not is_displayable(text):
        raise BadLineError(f"{name} : un caractère ne peut pas être affiché")
    tidied = normalize("NFC", _SPACES.sub(" ", printable_line(text)))
    if len(tidied) > LONGEST[name]:
        raise BadLineError(f"{name} : {LONGEST[name]} caractères au plus sont attendus")
    return tidied


@lru_cache(maxsize=1000)
def _date(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadLineError(f"{name} : une date est attendue, comme 2027-01-31, ou rien")


def _order(valid_from: date | None, valid_until: date | None) -> None:
    if valid_from and valid_until and valid_until < valid_from:
        raise BadLineError("valid_until : cette date précède valid_from")
