"""Parsing of a dossier's typed numbers: whole hours and euros."""

from __future__ import annotations

import enum
import re
from datetime import date
from decimal import Decimal

from web.domain.text.typed import LONGEST_TYPED

LONGEST_DURATION = 9_999
HIGHEST_COST = Decimal("9999999.99")
# Accounts opened in 2015; after the last year, a digit was mistyped.
FIRST_YEAR, LAST_YEAR = 2015, 2099

_MINUS_SIGNS = "-−–"
_HOURS = re.compile(
    r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?(?:h(?:eures?)?(?P<minutes>[0-9]*))?", re.IGNORECASE
)
_EUROS = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<cents>[0-9]+))?(?:€|euros?)?", re.IGNORECASE)


class ValueProblem(enum.Enum):
    """The reason why a number is refused."""

    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NOT_WHOLE = "not_whole"
    TOO_PRECISE = "too_precise"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


class InvalidValue(ValueError):  # noqa: N818
    """Raised for a refused number; carries the problem, never the input."""

    def __init__(self, problem: ValueProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_duration(text: str) -> int:
    """Parse a whole number of hours of training, 1 to 9 999.

    Spaces, the unit ("h", "heures"), zero decimals and zero minutes ("35 h 00") are accepted.
    Raises InvalidValue.
    """
    number = _match(_HOURS, text)
    if int(number["part"] or 0) or int(number["minutes"] or 0):
        raise InvalidValue(ValueProblem.NOT_WHOLE)
    hours = int(number["whole"])
    if hours == 0:
        raise InvalidValue(ValueProblem.TOO_SMALL)
    if hours > LONGEST_DURATION:
        raise InvalidValue(ValueProblem.TOO_LARGE)
    return hours


def parse_cost(text: str) -> Decimal:
    """Parse an amount in euros, with a decimal comma or point; accepts spaces and the unit.

    Raises InvalidValue.
    """
    number = _match(_EUROS, text)
    cents = number["cents"] or ""
    if len(cents) > 2:
        raise InvalidValue(ValueProblem.TOO_PRECISE)
    cost = Decimal(f"{number['whole']}.{cents:0<2}")
    if cost > HIGHEST_COST:
        raise InvalidValue(ValueProblem.TOO_LARGE)
    return cost


def is_plausible(day: date) -> bool:
    """Return whether a date's year is plausible for a training, rather than mistyped."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    compact = "".join(text.split()) if len(text) <= LONGEST_TYPED else ""
    if not compact:
        raise InvalidValue(ValueProblem.NOT_A_NUMBER)
    unsigned = compact.lstrip(_MINUS_SIGNS)
    number = pattern.fullmatch(unsigned)
    if number is None:
        raise InvalidValue(ValueProblem.NOT_A_NUMBER)
    if unsigned != compact:
        raise InvalidValue(ValueProblem.NEGATIVE)
    return number
