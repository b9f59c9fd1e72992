"""Parsing of typed dates."""

from __future__ import annotations

import re
from datetime import date, timedelta

from web.domain.text.folding import fold
from web.domain.text.typed import LONGEST_TYPED

_MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin"),
    *("juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
_SHORTEST_ABBREVIATION = 3
_BEFORE_THE_DAY = frozenset(
    ("le", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
)
# Pivot of two-digit years: from 70 on, they belong to the 20th century.
_FIRST_OF_LAST_CENTURY = 70
_SIGNS_BETWEEN = frozenset({"", "/", "-", ".", ","})
_TWINS = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2009\u202f", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2044\u2215", "/"),
    }
)
_PART = re.compile(r"[0-9]+|[a-z]+")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TOGETHER = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})")
# Leeway for people outside the time zone of Paris.
# It may already be the next day in Nouméa, or still the previous one in Fort-de-France. A page
# opened before midnight may also be submitted after it.
LEEWAY = timedelta(days=1)


class InvalidDate(ValueError):  # noqa: N818
    """Raised for a text that is not a valid date."""


def parse_date(text: str) -> date:
    """Parse a date: 15/09/2026, 15.9.26, 15 septembre 2026, 1er sept. 26, 15092026, 2026-09-15.

    A two-digit year is between 1970 and 2069. Raises InvalidDate.
    """
    if len(text) > LONGEST_TYPED:
        raise InvalidDate
    normalised = fold(text.translate(_TWINS))
    if iso := _ISO.fullmatch(normalised):
        year, month, day = iso.groups()
    elif together := _TOGETHER.fullmatch(normalised):
        day, month, year = together.groups()
    else:
        day, month, year = _day_month_year(normalised)
    try:
        return date(_year(year), _month(month), _day(day))
    except ValueError:
        raise InvalidDate from None


def typed_date(day: date) -> str:
    """Format a date as people type it, 15/09/2026; `parse_date` accepts it."""
    return f"{day:%d/%m}/{day.year:04}"


def _day_month_year(normalised: str) -> list[str]:
    parts, end = [], 0
    for part in _PART.finditer(normalised):
        between = normalised[end : part.start()]
        if between.replace(" ", "") not in _SIGNS_BETWEEN or (between and not end):
            raise InvalidDate
        parts.append(part.group())
        end = part.end()
    while parts and parts[0] in _BEFORE_THE_DAY:
        del parts[0]
    if parts[:2] == ["1", "er"]:
        del parts[1]
    if len(parts) != 3 or end != len(normalised):
        raise InvalidDate
    return parts


def _day(text: str) -> int:
    return _number(text, 1, 2)


def _month(text: str) -> int:
    if text.isdecimal():
        return _number(text, 1, 2)
    matches = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(text)]
    if len(text) < _SHORTEST_ABBREVIATION or len(matches) != 1:
        raise InvalidDate
    return matches[0]


def _year(text: str) -> int:
    if len(text) == 4:
        return _number(text, 4, 4)
    year = _number(text, 2, 2)
    return year + (1900 if year >= _FIRST_OF_LAST_CENTURY else 2000)


def _number(text: str, fewest: int, most: int) -> int:
    if not fewest <= len(text) <= most or not text.isdecimal():
        raise InvalidDate
    return int(text)
