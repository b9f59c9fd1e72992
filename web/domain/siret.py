"""Validation of SIRET numbers."""

from __future__ import annotations

import enum
import re

from stdnum.exceptions import ValidationError
from stdnum.fr import siret as stdnum_siret

from web.domain.text.separators import without_separators
from web.domain.text.typed import LONGEST_TYPED


class SiretProblem(enum.Enum):
    """The reason why a SIRET is refused."""

    FORMAT = "format"
    KEY = "key"


class InvalidSiret(ValueError):  # noqa: N818
    """Raised for a refused SIRET; carries the problem, never the input."""

    def __init__(self, problem: SiretProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def parse_siret(text: str) -> str:
    """Return the 14 digits of a SIRET; separators are ignored.

    Its Luhn key and that of its SIREN are checked; La Poste's establishments follow a special rule,
    which python-stdnum knows. Raises InvalidSiret.
    """
    digits = without_separators(text) if len(text) <= LONGEST_TYPED else ""
    # Nine zeros satisfy the key, but are no company's number.
    if re.fullmatch(r"(?!0{9})[0-9]{14}", digits) is None:
        raise InvalidSiret(SiretProblem.FORMAT)
    try:
        stdnum_siret.validate(digits)
    except ValidationError:
        problem = SiretProblem.KEY
    else:
        return digits
    raise InvalidSiret(problem)


def shown_siret(siret: str) -> str:
    """Format a SIRET as on payslips, with no-break spaces: 999 999 808 00010."""
    return "\u00a0".join((siret[:3], siret[3:6], siret[6:9], siret[9:]))
