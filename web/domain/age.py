"""The ages that a NIR allows, and admission to registration."""

from __future__ import annotations

import calendar
import enum
from dataclasses import dataclass
from datetime import date

from web.domain.nir import Nir

_AGE_WITH_APPRENTICESHIP = 15
_AGE_ALONE = 16


@dataclass(frozen=True)
class AgeInterval:
    """The minimum and maximum age of a person, in whole years."""

    minimum: int
    maximum: int


class Admission(enum.Enum):
    """The decision on a registration, by age."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NEEDS_APPRENTICESHIP = "needs_apprenticeship"


def age_interval(nir: Nir, today: date) -> AgeInterval:
    """Return the ages that the NIR allows on `today` (the date in Paris).

    The year of birth is the most recent one, not in the future, that ends with the NIR's two
    digits; the day is unknown, and the month may be. The minimum is at least 0.
    """
    year = _birth_year(nir.two_digit_year, today)
    first_month, last_month = (1, 12) if nir.month is None else (nir.month, nir.month)
    last_day = calendar.monthrange(year, last_month)[1]
    return AgeInterval(
        minimum=_age((year, last_month, last_day), today),
        maximum=_age((year, first_month, 1), today),
    )


def admission(nir: Nir, today: date) -> Admission:
    """Return whether a person may register on `today` (the date in Paris).

    Certainly under 15: refused. Certainly 16 or more: accepted. Otherwise a signed apprenticeship
    contract is required. The law sets the minimum age at 16, or 15 for apprentices.
    """
    age = age_interval(nir, today)
    if age.maximum < _AGE_WITH_APPRENTICESHIP:
        return Admission.REFUSED
    if age.minimum >= _AGE_ALONE:
        return Admission.ACCEPTED
    return Admission.NEEDS_APPRENTICESHIP


def _birth_year(two_digits: int, today: date) -> int:
    return today.year - (today.year - two_digits) % 100


def _age(born: tuple[int, int, int], today: date) -> int:
    year, month, day = born
    birthday_to_come = (today.month, today.day) < (month, day)
    return max(0, today.year - year - birthday_to_come)
