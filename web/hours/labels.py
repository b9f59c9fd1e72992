"""The words of the ledger."""

from __future__ import annotations

from web.domain.ledger import MovementKind
from web.hours.queries import LedgerLine

NBSP = "\u00a0"
KINDS = {kind.value: kind.label for kind in MovementKind}
BALANCES = {"dif": "DIF", "cpf": "CPF"}
YEARLY_CORRECTION = "Correction de l’alimentation annuelle CPF"


def kind_label(line: LedgerLine) -> str:
    """What a movement is, in plain words."""
    if line.kind == "correction" and line.activity_year is not None:
        return YEARLY_CORRECTION
    if line.kind == "debited":
        # They left the free hours when they were reserved: without their number, « 0 h » puzzles.
        hours = abs(line.reserved)
        reserved = "réservées" if hours > 1 else "réservée"
        return f"{KINDS[line.kind]}{NBSP}: {hours}{NBSP}h {reserved} auparavant"
    return KINDS[line.kind]


def reference_label(line: LedgerLine) -> str:
    """What a movement comes from."""
    if line.reference:
        return line.reference
    if line.of_former:
        return "Ancien compte"
    if line.activity_year is not None:
        return f"Activité de{NBSP}{line.activity_year}"
    return "Votre déclaration" if line.balance == "dif" else "–"


def signed_hours(hours: int) -> str:
    """« + 40 h », « − 12 h », « 0 h »."""
    sign = "+\u00a0" if hours > 0 else "−\u00a0" if hours < 0 else ""
    return f"{sign}{abs(hours)}\u00a0h"


def balance_label(line: LedgerLine) -> str:
    """« 104 h CPF »: the balance after a movement."""
    return f"{line.balance_after}{NBSP}h{NBSP}{BALANCES[line.balance]}".replace("-", "−")
