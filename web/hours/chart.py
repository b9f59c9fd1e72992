"""The chart of the hours credited by year: the layout of its bars, in the SVG's units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from web.core.text import NBSP
from web.domain.hours.rules import FIRST_CPF_YEAR

ROW_HEIGHT = 34
LONGEST_BAR = 180
BEFORE_CPF = f"Avant {FIRST_CPF_YEAR}"


@dataclass(frozen=True)
class Bar:
    """The hours of a year; `balance` is "dif" or "cpf", `top` and `length` its geometry."""

    label: str
    balance: str
    hours: int
    top: int
    length: float

    @property
    def text(self) -> str:
        """The text beside the bar, like « 24 h CPF »."""
        return f"{self.hours}{NBSP}h{NBSP}{self.balance.upper()}".replace("-", "−")


@dataclass(frozen=True)
class HoursChart:
    """A row for each year, including years without hours."""

    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """The height of the SVG."""
        return ROW_HEIGHT * len(self.bars)

    @property
    def description(self) -> str:
        """The text alternative, one sentence; the numbers are in the table that follows."""
        total = {
            name: sum(bar.hours for bar in self.bars if bar.balance == name)
            for name in ("dif", "cpf")
        }
        most = max(self.bars, key=lambda bar: bar.hours)
        return (
            f"Une barre par année. En tout{NBSP}: {total['dif']}{NBSP}h de DIF et "
            f"{total['cpf']}{NBSP}h de CPF. La plus longue{NBSP}: {most.text}, "
            f"{most.label.lower()}."
        )


def build_chart(credited: Iterable[tuple[int, int]] | None) -> HoursChart | None:
    """Return the chart of (year, hours) pairs, as `hours_by_year` counts them; None without hours.

    Hours of the years before the first year of the CPF are DIF hours.
    """
    hours = dict(credited or ())
    if not any(hours.values()):
        return None
    before = sum(hours[year] for year in hours if year < FIRST_CPF_YEAR)
    cpf_years = sorted(year for year in hours if year >= FIRST_CPF_YEAR)
    rows = [(BEFORE_CPF, "dif", before)] if before else []
    if cpf_years:
        every = range(cpf_years[0], cpf_years[-1] + 1)
        rows += [(str(year), "cpf", hours.get(year, 0)) for year in every]
    longest = max(*(value for _, _, value in rows), 1)
    return HoursChart(
        tuple(
            Bar(label, balance, value, ROW_HEIGHT * row, _length(value, longest))
            for row, (label, balance, value) in enumerate(rows)
        )
    )


def _length(hours: int, longest: int) -> float:
    return round(LONGEST_BAR * max(hours, 0) / longest, 1)
