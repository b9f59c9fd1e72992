"""The parser of a file of exceptional credits, with the columns of COLUMNS.

A reason for refusal never quotes the line, which holds personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache, partial
from typing import BinaryIO, NamedTuple
from unicodedata import normalize

from web.core.cli.lines import BadLineError, LineCallback, Reasons, Refuse, read_lines
from web.core.text import is_displayable, printable_line
from web.domain.hours.exceptional import (
    ABONDEMENT_LIMIT,
    CORRECTIVE_HOURS,
    FIRST_DAY,
    JOBSEEKER_LIMIT,
    ExceptionalKind,
)
from web.domain.text.separators import without_separators
from web.feed.fields import parse_nir_field, whole_number

COLUMNS = ("nir", "kind", "hours", "granted_on", "granted_by", "reference")
LONGEST_LINE = 1000
# The longest texts, in characters.
LONGEST = {"granted_by": 100, "reference": 40}

WRONG_KIND = f"kind : une de ces valeurs est attendue : {', '.join(ExceptionalKind)}"
WRONG_HOURS = {
    ExceptionalKind.CORRECTIF: f"hours : {CORRECTIVE_HOURS[0]} ou {CORRECTIVE_HOURS[1]} est "
    "attendu pour un crédit correctif, ou 0 pour le retirer",
    ExceptionalKind.DEMANDEUR_EMPLOI: f"hours : un nombre entier de 0 à {JOBSEEKER_LIMIT} est "
    "attendu pour une personne qui cherche un emploi",
}
WRONG_ABONDEMENT = f"hours : un nombre entier de 0 à {ABONDEMENT_LIMIT} est attendu"

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# No-break spaces stay: they belong to French names.
_SPACES = re.compile(r"[ \t]+")
_MARKUP = re.compile(r"[<>]")


class Granted(NamedTuple):
    """A valid line; `nir` is in its canonical form."""

    line: int
    nir: str
    kind: ExceptionalKind
    hours: int
    granted_on: date
    granted_by: str
    reference: str


def read_granted(
    file: BinaryIO, *, today: date, refuse: Refuse, seen: LineCallback
) -> Iterator[Granted]:
    """Yield the valid lines, as read_lines does; nothing is granted after `today`."""
    parse = partial(_granted, today)
    return read_lines(file, COLUMNS, parse, longest=LONGEST_LINE, refuse=refuse, seen=seen)


def _granted(today: date, number: int, fields: list[str]) -> Granted:
    typed_nir, typed_kind, hours, granted_on, granted_by, reference = fields
    reasons = Reasons()
    nir = reasons.of(parse_nir_field, typed_nir)
    kind = reasons.of(_kind, typed_kind)
    values = (
        reasons.of(_hours, hours, kind),
        reasons.of(_date, granted_on, today),
        reasons.of(_text, "granted_by", granted_by),
        reasons.of(_text, "reference", reference),
    )
    if nir:
        reasons.of(_without_nir, nir, "granted_by", granted_by)
        reasons.of(_without_nir, nir, "reference", reference)
    reasons.settle()
    return Granted(number, nir, kind, *values)


@lru_cache(maxsize=100)
def _kind(text: str) -> ExceptionalKind:
    try:
        return ExceptionalKind(text.lower())
    except ValueError:
        raise BadLineError(WRONG_KIND) from None


@lru_cache(maxsize=10_000)
def _hours(text: str, kind: ExceptionalKind | None) -> int:
    """Parse the hours of a credit; without a kind, which is wrong, only that they are a number."""
    hours = whole_number(text)
    if hours < 0 or (kind and not kind.allows(hours)):
        raise BadLineError(WRONG_HOURS.get(kind, WRONG_ABONDEMENT) if kind else WRONG_ABONDEMENT)
    return hours


@lru_cache(maxsize=5000)
def _date(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise BadLineError("granted_on : une date est attendue, comme 2016-03-31")
    if not FIRST_DAY <= day <= today:
        raise BadLineError(f"granted_on : une date de {FIRST_DAY} à aujourd’hui est attendue")
    return day


@lru_cache(maxsize=20_000)
def _text(name: str, text: str) -> str:
    if not is_displayable(text) or _MARKUP.search(text):
        raise BadLineError(f"{name} : un caractère ne peut pas être affiché, ou est < ou >")
    tidied = normalize("NFC", _SPACES.sub(" ", printable_line(text))).strip()
    if not tidied:
        raise BadLineError(f"{name} : un texte est attendu")
    if len(tidied) > LONGEST[name]:
        raise BadLineError(f"{name} : {LONGEST[name]} caractères au plus sont attendus")
    return tidied


def _without_nir(nir: str, name: str, text: str) -> None:
    """Refuse a text that contains the NIR: it is stored and shown as it is."""
    if nir in without_separators(text).upper():
        raise BadLineError(f"{name} : le numéro de Sécurité sociale ne doit pas y figurer")
