"""French labels of the ledger."""

from __future__ import annotations

from web.core.text import NBSP
from web.core.vocabulary import get_label, known_value
from web.domain.hours.exceptional import ExceptionalKind
from web.domain.hours.ledger import MovementKind
from web.filters import french_date
from web.hours.queries import LedgerLine

KINDS = {kind.value: kind.label for kind in MovementKind}
BALANCES = {"dif": "DIF", "cpf": "CPF"}
YEARLY_CORRECTION = "Correction de l’alimentation annuelle CPF"


def movement_label(kind: str) -> str:
    """Return the label of a kind of movement, a neutral one if a later version added it."""
    return KINDS.get(kind, "Autre mouvement")


def credit_label(kind: str) -> str:
    """Return the label of a kind of credit, a neutral one if a later version added it."""
    return get_label(known_value(ExceptionalKind, kind), "Autre crédit exceptionnel")


def kind_label(line: LedgerLine) -> str:
    """Name the kind of a movement."""
    if line.kind not in KINDS:
        return movement_label(line.kind)
    if line.kind == "correction" and line.activity_year is not None:
        return YEARLY_CORRECTION
    if line.credit_kind is not None:
        return _granted_label(line, line.credit_kind)
    if line.kind == "debited":
        # The reservation already took them from the free hours: « 0 h » alone would be puzzling.
        hours = abs(line.reserved)
        reserved = "réservées" if hours > 1 else "réservée"
        return f"{KINDS[line.kind]}{NBSP}: {hours}{NBSP}h {reserved} auparavant"
    return KINDS[line.kind]


def _granted_label(line: LedgerLine, kind: str) -> str:
    label = credit_label(kind)
    if line.kind == "correction":
        label = f"Correction{NBSP}: {label[0].lower()}{label[1:]}"
    assert line.granted_on is not None  # noqa: S101 - a column of the same row
    return f"{label}, accordé par {line.granted_by} le {french_date(line.granted_on)}"


def reference_label(line: LedgerLine) -> str:
    """Name the origin of a movement: a dossier's number, a credit's reference…"""
    if line.reference:
        return line.reference
    if line.of_former:
        return "Ancien compte"
    if line.activity_year is not None:
        return f"Activité de{NBSP}{line.activity_year}"
    return "Votre déclaration" if line.balance == "dif" else "–"


def signed_hours(hours: int) -> str:
    """Format signed hours: « + 40 h », « − 12 h », « 0 h »."""
    sign = "+\u00a0" if hours > 0 else "−\u00a0" if hours < 0 else ""
    return f"{sign}{abs(hours)}\u00a0h"


def balance_label(line: LedgerLine) -> str:
    """Format the balance after a movement: « 104 h CPF »."""
    return f"{line.balance_after}{NBSP}h{NBSP}{BALANCES[line.balance]}".replace("-", "−")
