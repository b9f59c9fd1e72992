"""The simulation of the hours that a training would use."""

from __future__ import annotations

from dataclasses import dataclass

from web.domain.hours import HoursSplit
from web.dossiers.decisions.ledger import planned
from web.dossiers.labels import limit_binds, simulation_sentence
from web.hours.balances import Balances


@dataclass(frozen=True)
class Simulation:
    """The split of the hours as of today; `is_limited` if the limit of 150 hours applies."""

    hours: int
    split: HoursSplit
    sentence: str
    is_limited: bool
    balances: Balances


def simulated(balances: Balances, hours: int | None) -> Simulation | None:
    """Simulate a duration in hours; None without one."""
    if not hours:
        return None
    split = planned(balances, hours)
    return Simulation(hours, split, simulation_sentence(split), limit_binds(split), balances)
