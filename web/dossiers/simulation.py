"""What a training would take of one's hours, before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass

from web.accounts.balances import Balances
from web.domain.hours import HoursSplit
from web.dossiers.labels import limit_binds, simulation_sentence
from web.dossiers.ledger import planned


@dataclass(frozen=True)
class Simulation:
    """Where the hours would come from today; `is_limited` when 150 hours is what stops them."""

    hours: int
    split: HoursSplit
    sentence: str
    is_limited: bool
    balances: Balances


def simulated(balances: Balances, hours: int | None) -> Simulation | None:
    """The simulation of a duration in hours; None without one."""
    if not hours:
        return None
    split = planned(balances, hours)
    return Simulation(hours, split, simulation_sentence(split), limit_binds(split), balances)
