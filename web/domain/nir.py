"""The NIR (numéro de sécurité sociale): parsing, validation and masking."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from stdnum.fr import nir as stdnum_nir

from web.domain.text.separators import without_separators
from web.domain.text.typed import LONGEST_TYPED

_HIDDEN = "•"
_GROUPS = (1, 2, 2, 2, 3, 3)
_SHOWN = 4
_NO_BREAK_SPACE = "\u00a0"

_SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}")
_DEFINITIVE = frozenset("12")
_PROVISIONAL = frozenset("3478")


class NirProblem(enum.Enum):
    """The reason why a NIR is refused, in the order of the checks."""

    FORMAT = "format"
    PROVISIONAL = "provisional"
    KEY = "key"
    MONTH = "month"
    PLACE = "place"
    ORDER = "order"


class InvalidNir(ValueError):  # noqa: N818
    """Raised for a refused NIR; carries the problem, never the input."""

    def __init__(self, problem: NirProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class Civility(enum.StrEnum):
    """The civilité chosen by the person; the first character of the NIR must agree with it."""

    MADAME = "madame"
    MONSIEUR = "monsieur"


@dataclass(frozen=True, repr=False)
class Nir:
    """A valid NIR of 13 characters, upper case, without its key.

    Raises InvalidNir when `value` breaks a rule, so that no instance is invalid.
    """

    value: str

    def __post_init__(self) -> None:
        problem = _find_problem(self.value)
        if problem is not None:
            raise InvalidNir(problem)

    def __repr__(self) -> str:
        return f"Nir({masked(self.value)})"

    @property
    def sex(self) -> Civility:
        """The civilité given by the first character."""
        return Civility.MONSIEUR if self.value[0] == "1" else Civility.MADAME

    @property
    def two_digit_year(self) -> int:
        """The last two digits of the year of birth, 0 to 99."""
        return int(self.value[1:3])

    @property
    def month(self) -> int | None:
        """The month of birth, 1 to 12, or None when unknown to the register."""
        month = int(self.value[3:5])
        return month if month <= 12 else None


def parse_nir(text: str) -> Nir:
    """Parse a NIR of 13 characters, or 15 with its key; separators and case are ignored.

    Raises InvalidNir with the first problem found.
    """
    if len(text) > LONGEST_TYPED:
        raise InvalidNir(NirProblem.FORMAT)
    compact = without_separators(text).upper()
    value, key = compact[:13], compact[13:]
    problem = _find_problem(value)
    if problem in (NirProblem.FORMAT, NirProblem.PROVISIONAL):
        raise InvalidNir(problem)
    if key:
        if re.fullmatch(r"[0-9]{2}", key) is None:
            raise InvalidNir(NirProblem.FORMAT)
        # Before the other rules: a typing error anywhere is best reported as a wrong key.
        if key != control_key(value):
            raise InvalidNir(NirProblem.KEY)
    return Nir(value)


def control_key(value13: str) -> str:
    """Return the key of a NIR of 13 characters, "01" to "97".

    97 − (N mod 97), with Corsica's 2A and 2B replaced by 19 and 18. Raises InvalidNir (FORMAT).
    """
    # Checked first: the library's own error would contain the number.
    if _SHAPE.fullmatch(value13) is None:
        raise InvalidNir(NirProblem.FORMAT)
    return str(stdnum_nir.calc_check_digits(value13))


def masked(value13: str) -> str:
    """Return the NIR in groups, masked by • but for its last four characters.

    A text of another length is masked entirely.
    """
    if len(value13) != sum(_GROUPS):
        value13 = _HIDDEN * sum(_GROUPS)
    shown = _HIDDEN * (len(value13) - _SHOWN) + value13[-_SHOWN:]
    groups: list[str] = []
    for size in _GROUPS:
        groups.append(shown[:size])
        shown = shown[size:]
    return _NO_BREAK_SPACE.join(groups)


def _find_problem(value: str) -> NirProblem | None:
    if _SHAPE.fullmatch(value) is None:
        return NirProblem.FORMAT
    if value[0] in _PROVISIONAL:
        return NirProblem.PROVISIONAL
    if value[0] not in _DEFINITIVE:
        return NirProblem.FORMAT
    if not _is_known_month(int(value[3:5])):
        return NirProblem.MONTH
    # 00 is the only invalid department: 01 to 96, 2A, 2B, 97x and 98x overseas, 99 abroad.
    # Corsica is accepted as 20, 2A or 2B for any year: births of the 1950s occur under 2A and 2B
    # although these departments date from 1976.
    if value[5:7] == "00":
        return NirProblem.PLACE
    if value[10:13] == "000":
        return NirProblem.ORDER
    return None


def _is_known_month(month: int) -> bool:
    """Return whether the month is 01 to 12, or 20 to 42 or 50 to 99, which mean unknown."""
    return 1 <= month <= 12 or 20 <= month <= 42 or month >= 50
