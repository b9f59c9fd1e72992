"""The view of the ledger, with its filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web.hours.labels import KINDS
from web.hours.queries import HoursAccount, LedgerLine


@dataclass(frozen=True)
class LedgerFilter:
    """A filter: a kind ('' for all) and a year (None for all)."""

    kind: str = ""
    year: int | None = None

    def keeps(self, line: LedgerLine) -> bool:
        """Return whether a movement passes the filter."""
        return self.kind in ("", line.kind) and self.year in (None, line.year)


@dataclass(frozen=True)
class LedgerView:
    """The movements shown, the filter chosen, and its choices."""

    lines: tuple[LedgerLine, ...]
    chosen: LedgerFilter
    kinds: Mapping[str, str]
    years: tuple[int, ...]
    total: int

    @property
    def is_filtered(self) -> bool:
        """Return whether some movements may be hidden."""
        return self.chosen != LedgerFilter()

    @property
    def count(self) -> str:
        """The number of movements shown: « 3 mouvements »."""
        number = len(self.lines)
        return f"{number or 'Aucun'} mouvement{'s' if number > 1 else ''}"


def view_of(account: HoursAccount, query: Mapping[str, str]) -> LedgerView:
    """Build the view from the query string; a kind or year not in the ledger is ignored."""
    present = {line.kind for line in account.lines}
    kinds = {kind: text for kind, text in KINDS.items() if kind in present}
    years = tuple(sorted({line.year for line in account.lines}, reverse=True))
    kind = query.get("mouvement", "")
    year = next((each for each in years if str(each) == query.get("annee")), None)
    chosen = LedgerFilter(kind if kind in kinds else "", year)
    lines = tuple(line for line in account.lines if chosen.keeps(line))
    return LedgerView(lines, chosen, kinds, years, len(account.lines))
