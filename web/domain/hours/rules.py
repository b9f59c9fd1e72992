"""Declaration, credit and use of DIF and CPF hours. All hours are integers."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

# Re-exported.
from web.domain.hours.ledger import Balance as Balance
from web.domain.hours.ledger import MovementKind as MovementKind
from web.domain.text.typed import LONGEST_TYPED

DIF_CONFIRMED_ABOVE = 120
DIF_LIMIT = 1000
YEARLY_REFERENCE = 1607
LIMIT_PER_DOSSIER = 150
FIRST_CPF_YEAR = 2015

_FULL_RATE = 24
_FULL_RATE_UNTIL = 120
_REDUCED_RATE = 12
_CPF_LIMIT = 150
_MARCH = 3
_MINUS_SIGNS = "-−"
_NUMBER = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<part>[0-9]+))?(?:h|heures?)?", re.IGNORECASE)


class DifProblem(enum.Enum):
    """The reason why a number of DIF hours is refused."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    NOT_WHOLE = "not_whole"
    TOO_LARGE = "too_large"


class InvalidDif(ValueError):  # noqa: N818
    """Raised for a refused number of DIF hours."""

    def __init__(self, problem: DifProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_dif(text: str) -> int:
    """Parse a number of DIF hours, 0 to 1 000.

    Spaces and the unit ("h", "heures") are accepted, and so are up to two zero decimals, as printed
    on payslips; three would look like thousands. Raises InvalidDif.
    """
    if len(text) > LONGEST_TYPED:
        raise InvalidDif(DifProblem.NOT_A_NUMBER)
    compact = "".join(text.split())
    if not compact:
        raise InvalidDif(DifProblem.EMPTY)
    unsigned = compact.lstrip(_MINUS_SIGNS)
    number = _NUMBER.fullmatch(unsigned)
    if number is None or len(compact) - len(unsigned) > 1:
        raise InvalidDif(DifProblem.NOT_A_NUMBER)
    whole, part = int(number["whole"]), number["part"] or "0"
    if compact != unsigned and (whole or int(part)):
        raise InvalidDif(DifProblem.NEGATIVE)
    if part not in ("0", "00"):
        raise InvalidDif(DifProblem.NOT_WHOLE)
    if whole > DIF_LIMIT:
        raise InvalidDif(DifProblem.TOO_LARGE)
    return whole


def dif_needs_confirmation(hours: int) -> bool:
    """Return whether a number of DIF hours exceeds the usual 120; an agreement may give more."""
    return hours > DIF_CONFIRMED_ABOVE


def proportion_worked(hours_worked: int | Fraction, reference: int = YEARLY_REFERENCE) -> Fraction:
    """Return the hours worked for one employer as a share of a full year, 0 to 1.

    `reference`: the yearly hours of the collective agreement. Raises ValueError for invalid hours.
    """
    if hours_worked < 0 or reference <= 0:
        raise ValueError("hours worked cannot be negative, nor the reference null")
    return min(Fraction(1), Fraction(hours_worked) / reference)


def yearly_credit(credited_so_far: int, proportions: Iterable[Fraction]) -> int:
    """Return the CPF hours earned in one year (Code du travail, L6323-11 and R6323-1, 2015).

    `credited_so_far`: hours of the earlier yearly credits, without exceptional credits.
    `proportions`: the share of a full year worked for each employer, summed then rounded up once.
    24 hours for a full year up to 120, where that year's credit stops; then 12, up to 150.
    Raises ValueError for a negative number.
    """
    shares = list(proportions)
    if credited_so_far < 0 or any(share < 0 for share in shares):
        raise ValueError("neither hours nor proportions can be negative")
    full_rate = credited_so_far < _FULL_RATE_UNTIL
    rate, limit = (_FULL_RATE, _FULL_RATE_UNTIL) if full_rate else (_REDUCED_RATE, _CPF_LIMIT)
    earned = math.ceil(rate * min(Fraction(1), sum(shares, Fraction(0))))
    return max(0, min(earned, limit - credited_so_far))


@dataclass(frozen=True)
class Feed:
    """A yearly credit of the CPF balance: its first day, and the year of the activity."""

    starts_on: date
    activity_year: int


def next_feed(today: date, last_fed_year: int | None = None) -> Feed:
    """Return the next yearly credit to announce on `today` (the date in Paris).

    The balance is credited once a year, from March, for the previous year; 2015 is the first year
    that counts. `last_fed_year`: the latest activity year already credited, if any.
    """
    year = today.year - 1 if today.month <= _MARCH else today.year
    year = max(year, FIRST_CPF_YEAR)
    if last_fed_year is not None:
        year = max(year, last_fed_year + 1)
    return Feed(starts_on=date(year + 1, _MARCH, 1), activity_year=year)


@dataclass(frozen=True)
class HoursSplit:
    """The sources of a dossier's hours; `other` must be financed by other means."""

    dif: int
    cpf: int
    other: int


def split_hours(dif_free: int, cpf_free: int, hours: int) -> HoursSplit:
    """Split a dossier's hours: DIF first, then CPF, at most 150 together; the rest is `other`.

    Raises ValueError for a negative number.
    """
    if min(dif_free, cpf_free, hours) < 0:
        raise ValueError("hours cannot be negative")
    dif = min(dif_free, hours, LIMIT_PER_DOSSIER)
    cpf = min(cpf_free, hours - dif, LIMIT_PER_DOSSIER - dif)
    return HoursSplit(dif=dif, cpf=cpf, other=hours - dif - cpf)


@dataclass(frozen=True)
class PartialUse:
    """The hours debited and released for an abandoned dossier."""

    dif_debited: int
    cpf_debited: int
    dif_released: int
    cpf_released: int


def partial_use(dif_reserved: int, cpf_reserved: int, followed: int) -> PartialUse:
    """Debit the hours followed, DIF first, and release the rest of the reserved hours.

    Hours followed beyond those reserved are financed by other means: nothing more is debited.
    Raises ValueError for a negative number.
    """
    if min(dif_reserved, cpf_reserved, followed) < 0:
        raise ValueError("hours cannot be negative")
    dif = min(dif_reserved, followed)
    cpf = min(cpf_reserved, followed - dif)
    return PartialUse(
        dif_debited=dif,
        cpf_debited=cpf,
        dif_released=dif_reserved - dif,
        cpf_released=cpf_reserved - cpf,
    )
