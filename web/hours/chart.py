"""The chart of the hours credited by year: the layout of its bars, in the SVG's units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from web.core.text import NBSP
from web.domain.hours.rules import FIRST_CPF_YEAR

ROW_HEIGHT = 34
LEGEND_HEIGHT = 28
# Leaves room for a text of four digits beside it.
LONGEST_BAR = 160
BEFORE_CPF = f"Avant {FIRST_CPF_YEAR}"
# In the order of the bars.
SERIES = {
    "dif": "Heures DIF",
    "cpf": "Alimentation annuelle CPF",
    "exceptional": "Crédits exceptionnels CPF",
}


@dataclass(frozen=True)
class Part:
    """A part of a bar; `series` is one of SERIES, `start` and `length` its geometry."""

    series: str
    start: float
    length: float


@dataclass(frozen=True)
class Bar:
    """The hours of a year, exceptional credits included; `balance` is "dif" or "cpf"."""

    label: str
    balance: str
    hours: int
    exceptional: int
    top: int
    parts: tuple[Part, ...]

    @property
    def length(self) -> float:
        """The length of its parts together."""
        return round(sum(part.length for part in self.parts), 1)

    @property
    def text(self) -> str:
        """The text beside the bar, like « 24 h CPF »."""
        return f"{self.hours}{NBSP}h{NBSP}{self.balance.upper()}".replace("-", "−")


@dataclass(frozen=True)
class LegendLine:
    """A series with its name."""

    series: str
    name: str
    top: int


@dataclass(frozen=True)
class HoursChart:
    """A row for each year, including years without hours."""

    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """The height of the SVG."""
        return self.axis + LEGEND_HEIGHT * len(self.legend)

    @property
    def axis(self) -> int:
        """The height of the bars together, above the legend."""
        return ROW_HEIGHT * len(self.bars)

    @property
    def has_exceptional(self) -> bool:
        """Return whether exceptional credits are among the hours."""
        return any(bar.exceptional for bar in self.bars)

    @property
    def compares(self) -> bool:
        """Return whether there is something to compare: several years, or kinds of credit."""
        return len(self.bars) > 1 or any(len(bar.parts) > 1 for bar in self.bars)

    @property
    def legend(self) -> tuple[LegendLine, ...]:
        """The series shown, if those of CPF hours must be told apart; the texts name the others."""
        if not self.has_exceptional:
            return ()
        shown = {part.series for bar in self.bars for part in bar.parts}
        return tuple(
            LegendLine(series, SERIES[series], self.axis + LEGEND_HEIGHT * row)
            for row, series in enumerate(series for series in SERIES if series in shown)
        )

    @property
    def description(self) -> str:
        """The text alternative, one sentence; the numbers are in the table that follows."""
        total = {
            name: sum(bar.hours for bar in self.bars if bar.balance == name)
            for name in ("dif", "cpf")
        }
        exceptional = sum(bar.exceptional for bar in self.bars)
        of_which = f", dont {exceptional}{NBSP}h de crédits exceptionnels" if exceptional else ""
        most = max(self.bars, key=lambda bar: bar.hours)
        return (
            f"Une barre par année. En tout{NBSP}: {total['dif']}{NBSP}h de DIF et "
            f"{total['cpf']}{NBSP}h de CPF{of_which}. La plus longue{NBSP}: {most.text}, "
            f"{most.label.lower()}."
        )


def build_chart(credited: Iterable[Sequence[int]] | None) -> HoursChart | None:
    """Return the chart of the rows of `hours_by_year`; None without hours.

    Each row is a year, its hours, and those of them that are exceptional credits. Hours of the
    years before the first year of the CPF are DIF hours.
    """
    rows = {year: (hours, exceptional) for year, hours, exceptional in credited or ()}
    if not any(hours for hours, _ in rows.values()):
        return None
    before = sum(hours for year, (hours, _) in rows.items() if year < FIRST_CPF_YEAR)
    shown = [(BEFORE_CPF, "dif", before, 0)] if before else []
    cpf_years = sorted(year for year in rows if year >= FIRST_CPF_YEAR)
    if cpf_years:
        every = range(cpf_years[0], cpf_years[-1] + 1)
        shown += [(str(year), "cpf", *rows.get(year, (0, 0))) for year in every]
    longest = max(*(hours for _, _, hours, _ in shown), 1)
    return HoursChart(
        tuple(
            Bar(label, balance, hours, exceptional, ROW_HEIGHT * row, parts)
            for row, (label, balance, hours, exceptional) in enumerate(shown)
            for parts in [_parts(balance, hours, exceptional, longest)]
        )
    )


def _parts(balance: str, hours: int, exceptional: int, longest: int) -> tuple[Part, ...]:
    ordinary = _length(hours - exceptional, longest)
    both = ((balance, 0, ordinary), ("exceptional", ordinary, _length(exceptional, longest)))
    return tuple(Part(*part) for part in both if part[2])


def _length(hours: int, longest: int) -> float:
    return round(LONGEST_BAR * max(hours, 0) / longest, 1)
