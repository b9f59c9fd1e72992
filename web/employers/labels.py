"""French labels of an employer's space."""

from __future__ import annotations

from web.core.text import NBSP
from web.domain.delegation import Period, Scope
from web.filters import french_date

SCOPES = {
    Scope.CONSULT: "consulter ses soldes d’heures et ses dossiers non confidentiels",
    Scope.MODIFY: "consulter ses soldes d’heures et ses dossiers non confidentiels, et préparer "
    "des dossiers",
}


def scope_label(scope: Scope) -> str:
    """Return the délégation's rights, to follow « vous pouvez »."""
    return SCOPES[scope]


def until_label(period: Period) -> str:
    """Format the end: « jusqu’au 31 mars 2027 », « sans date de fin »."""
    if period.ends_on is None:
        return "sans date de fin"
    return f"jusqu’au{NBSP}{french_date(period.ends_on)}"
