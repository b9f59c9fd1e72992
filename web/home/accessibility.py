"""The self-assessment, criterion by criterion of RGAA 4.1.2, on a sample of pages.

`rgaa.csv` has the criteria, `rgaa_pages.csv` the pages. They are the single source of the public
statement, of the state in the footer and of the tables in docs/accessibility.md.

A criterion has one result, with an exception for each page that differs. It applies to the pages
that contain one of the things it is about: `contents` lists them in both files, and a test compares
them with the pages. A criterion with an empty `contents` applies to every page.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

ASSESSED_ON = date(2026, 11, 30)


class Status(enum.Enum):
    """The result of a criterion, on the whole or on a page."""

    CONFORM = "C"
    NOT_CONFORM = "NC"
    # It can only be tested with a screen reader, in the reference environment of RGAA.
    NOT_TESTED = "NT"
    NOT_APPLICABLE = "NA"


@dataclass(frozen=True)
class SamplePage:
    """A page of the sample: its route, its address, and the visitor who opens it ("" for any)."""

    name: str
    address: str
    opened_by: str
    title: str
    contents: frozenset[str]


@dataclass(frozen=True)
class Criterion:
    """A criterion: its wording in brief, its result, and the evidence (tests or observations)."""

    number: str
    default: Status
    contents: frozenset[str]
    exceptions: Mapping[str, Status]
    wording: str
    evidence: str

    def status_on(self, page: SamplePage) -> Status:
        """Return the result on a page."""
        if self.contents and not self.contents & page.contents:
            return Status.NOT_APPLICABLE
        return self.exceptions.get(page.name, self.default)

    @property
    def status(self) -> Status:
        """The result on the whole: not conform, or else not tested, if it is so on one page."""
        found = {self.default, *self.exceptions.values()}
        for status in (Status.NOT_CONFORM, Status.NOT_TESTED):
            if status in found:
                return status
        return self.default


@dataclass(frozen=True)
class Assessment:
    """The assessment of all criteria on all pages of the sample."""

    criteria: tuple[Criterion, ...]
    pages: tuple[SamplePage, ...]

    def list_by(self, status: Status) -> list[Criterion]:
        """Return the criteria of one result, in order."""
        return [one for one in self.criteria if one.status is status]

    def list_pages(self, criterion: Criterion) -> list[SamplePage]:
        """Return the pages to which a criterion applies."""
        return [one for one in self.pages if criterion.status_on(one) is not Status.NOT_APPLICABLE]

    def count(self, page: SamplePage, status: Status) -> int:
        """Return how many criteria have this result on a page."""
        return sum(one.status_on(page) is status for one in self.criteria)

    def get_rate(self, page: SamplePage) -> Fraction:
        """Return the share of criteria met among those that apply to a page.

        RGAA divides by those that are conform or not; one that was not tested counts as not.
        """
        return Fraction(
            self.count(page, Status.CONFORM),
            len(self.criteria) - self.count(page, Status.NOT_APPLICABLE),
        )

    @property
    def rate(self) -> Fraction:
        """The mean of the rates of the pages."""
        return sum(map(self.get_rate, self.pages), Fraction()) / len(self.pages)

    @property
    def state(self) -> str:
        """The compliance status of the law: no audit is valid before every criterion is tested."""
        is_tested = not any(self.count(page, Status.NOT_TESTED) for page in self.pages)
        if not is_tested or self.rate < Fraction(1, 2):
            return "non conforme"
        return "totalement conforme" if self.rate == 1 else "partiellement conforme"


def percentage(rate: Fraction) -> str:
    """Write a rate in French, rounded down to a tenth."""
    whole, tenths = divmod(int(rate * 1000), 10)
    return f"{whole},{tenths}\u00a0%"


def read_assessment() -> Assessment:
    """Read both files; the last column of each may contain the separator."""
    criteria = [
        Criterion(
            number,
            Status(result),
            frozenset(contents.split()),
            {name: Status(one) for name, one in _pairs(exceptions)},
            *texts,
        )
        for number, result, contents, exceptions, *texts in _rows("rgaa.csv", 5)
    ]
    pages = [
        SamplePage(name, address, opened_by, title, frozenset(contents.split()))
        for name, address, opened_by, title, contents in _rows("rgaa_pages.csv", 4)
    ]
    return Assessment(tuple(criteria), tuple(pages))


def _rows(name: str, separators: int) -> list[list[str]]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()[1:]
    return [line.split(";", separators) for line in lines]


def _pairs(exceptions: str) -> list[list[str]]:
    return [one.split("=") for one in exceptions.split()]


ASSESSMENT = read_assessment()
STATE = ASSESSMENT.state
