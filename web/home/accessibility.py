"""The self-assessment, criterion by criterion of RGAA 4.1.2.

`rgaa.csv` is the single source of the public statement, of the state in the footer and of the table
in docs/accessibility.md.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ASSESSED_ON = date(2026, 11, 24)
# Until an audit by the method of RGAA, whatever the self-assessment finds.
STATE = "non conforme"


class Status(enum.Enum):
    """The status of a criterion."""

    CONFORM = "C"
    NOT_CONFORM = "NC"
    NOT_APPLICABLE = "NA"


@dataclass(frozen=True)
class Criterion:
    """A criterion in a few words, and the evidence of its status: tests, or observations."""

    number: str
    status: Status
    wording: str
    evidence: str


@dataclass(frozen=True)
class Assessment:
    """The assessment of all criteria."""

    criteria: tuple[Criterion, ...]

    def of(self, status: Status) -> list[Criterion]:
        """Return the criteria of one status, in order."""
        return [one for one in self.criteria if one.status is status]

    @property
    def conform(self) -> int:
        """The number of criteria met."""
        return len(self.of(Status.CONFORM))

    @property
    def not_applicable(self) -> int:
        """The number of criteria that do not apply."""
        return len(self.of(Status.NOT_APPLICABLE))

    @property
    def rate(self) -> int:
        """The percentage of criteria met among those that apply, rounded down."""
        return 100 * self.conform // (len(self.criteria) - self.not_applicable)

    @property
    def not_conform(self) -> list[Criterion]:
        """The criteria that are not met."""
        return self.of(Status.NOT_CONFORM)


def read_assessment() -> Assessment:
    """Read `rgaa.csv`; evidence is the last column and may contain the separator."""
    lines = Path(__file__).with_name("rgaa.csv").read_text("utf-8").splitlines()[1:]
    rows = [line.split(";", 3) for line in lines]
    return Assessment(
        tuple(Criterion(number, Status(status), *texts) for number, status, *texts in rows)
    )


ASSESSMENT = read_assessment()
