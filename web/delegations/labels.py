"""French labels of délégations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.core.text import NBSP
from web.delegations.records import Delegation
from web.domain.delegation import Period, Scope, Stage
from web.filters import french_date

SCOPES = {
    Scope.CONSULT: "Consulter vos soldes d’heures et vos dossiers non confidentiels",
    Scope.MODIFY: "Consulter vos soldes d’heures et vos dossiers non confidentiels, et préparer "
    "des dossiers que personne d’autre que vous ne pourra soumettre",
}


@dataclass(frozen=True)
class Listing:
    """Délégations by stage; in each part, the last granted first."""

    live: tuple[Delegation, ...]
    to_come: tuple[Delegation, ...]
    over: tuple[Delegation, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether no délégation was ever granted."""
        return not (self.live or self.to_come or self.over)


def listed(delegations: Sequence[Delegation]) -> Listing:
    """Group délégations by stage."""
    return Listing(
        tuple(one for one in delegations if one.stage is Stage.LIVE),
        tuple(one for one in delegations if one.stage is Stage.TO_COME),
        tuple(one for one in delegations if one.is_over),
    )


def scope_label(scope: Scope) -> str:
    """Return the employer's rights, worded for the titulaire."""
    return SCOPES[scope]


def period_label(period: Period) -> str:
    """Format « Du 1er mars 2027 au 31 mars 2027 » or « À partir du …, sans date de fin »."""
    start = french_date(period.starts_on)
    if period.ends_on is None:
        return f"À partir du{NBSP}{start}, sans date de fin"
    if period.ends_on == period.starts_on:
        return f"Le{NBSP}{start} seulement"
    return f"Du{NBSP}{start} au{NBSP}{french_date(period.ends_on)}"


def end_label(delegation: Delegation) -> str:
    """Say how a délégation ended: « révoquée le 1er mars 2027 », « arrivée à échéance »."""
    if delegation.revoked_at is None:
        return "arrivée à échéance"
    return f"révoquée le{NBSP}{french_date(delegation.revoked_at)}"
