"""What the self-assessment found, criterion by criterion of RGAA 4.1.2.

`rgaa.csv` is the one place: the public statement counts it, the footer tells its outcome, and the
table of docs/accessibility.md is written from it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ASSESSED_ON = date(2026, 11, 24)
# As long as nobody from outside has audited the site, whatever the self-assessment finds.
STATE = "non conforme"


class Status(enum.Enum):
    """What was found of a criterion."""

    CONFORM = "C"
    NOT_CONFORM = "NC"
    NOT_APPLICABLE = "NA"


@dataclass(frozen=True)
class Criterion:
    """A criterion in a few words, and what shows its status: tests, or what was seen."""

    number: str
    status: Status
    wording: str
    evidence: str


@dataclass(frozen=True)
class Assessment:
    """All the criteria."""

    criteria: tuple[Criterion, ...]

    def of(self, status: Status) -> list[Criterion]:
        """Those of one status, in order."""
        return [one for one in self.criteria if one.status is status]

    @property
    def conform(self) -> int:
        """How many are met."""
        return len(self.of(Status.CONFORM))

    @property
    def not_applicable(self) -> int:
        """How many ask for nothing here."""
        return len(self.of(Status.NOT_APPLICABLE))

    @property
    def not_conform(self) -> list[Criterion]:
        """Those that are not met."""
        return self.of(Status.NOT_CONFORM)


def read_assessment() -> Assessment:
    """From `rgaa.csv`; evidence comes last and may hold its separator."""
    lines = Path(__file__).with_name("rgaa.csv").read_text("utf-8").splitlines()[1:]
    rows = [line.split(";", 3) for line in lines]
    return Assessment(
        tuple(Criterion(number, Status(status), *texts) for number, status, *texts in rows)
    )


ASSESSMENT = read_assessment()
