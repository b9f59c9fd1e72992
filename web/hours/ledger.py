"""What of the ledger is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from web.hours.labels import KINDS
from web.hours.queries import HoursAccount, LedgerLine


@dataclass(frozen=True)
class LedgerFilter:
    """A kind ('' for all) and a year (None for all)."""

    kind: str = ""
    year: int | None = None

    def keeps(self, line: LedgerLine) -> bool:
        """Whether a movement is shown."""
        return self.kind in ("", line.kind) and self.year in (None, line.year)


@dataclass(frozen=True)
class LedgerView:
    """The movements shown, and what there is to choose from."""

    lines: tuple[LedgerLine, ...]
    chosen: LedgerFilter
    kinds: Mapping[str, str]
    years: tuple[int, ...]
    total: int

    @property
    def is_filtered(self) -> bool:
        """Whether some may be hidden."""
        return self.chosen != LedgerFilter()

    @property
    def count(self) -> str:
        """« 3 mouvements »."""
        number = len(self.lines)
        return f"{number or 'Aucun'} mouvement{'s' if number > 1 else ''}"


def view_of(account: HoursAccount, query: Mapping[str, str]) -> LedgerView:
    """The ledger as asked; a kind or a year that it does not have is not a choice."""
    present = {line.kind for line in account.lines}
    kinds = {kind: text for kind, text in KINDS.items() if kind in present}
    years = tuple(sorted({line.year for line in account.lines}, reverse=True))
    kind = query.get("mouvement", "")
    year = next((each for each in years if str(each) == query.get("annee")), None)
    chosen = LedgerFilter(kind if kind in kinds else "", year)
    lines = tuple(line for line in account.lines if chosen.keeps(line))
    return LedgerView(lines, chosen, kinds, years, len(account.lines))
