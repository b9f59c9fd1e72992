"""Rules that reads, drafts and decisions share."""

from __future__ import annotations

from web.domain.hours.rules import HoursSplit, split_hours
from web.hours.balances import Balances


def planned(balances: Balances, hours: int) -> HoursSplit:
    """Split a dossier's hours as of today: DIF first, then CPF, then other financing."""
    return split_hours(balances.usable_dif, balances.usable_cpf, hours)
