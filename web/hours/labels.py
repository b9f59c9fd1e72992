"""The words of the ledger."""

from __future__ import annotations

from web.hours.queries import LedgerLine

KINDS = {
    "dif_declared": "Déclaration du solde DIF",
    "dif_corrected": "Correction du solde DIF",
    "cpf_yearly_credit": "Alimentation annuelle du compte",
    "correction": "Correction",
    "exceptional_credit": "Crédit exceptionnel (abondement)",
    "reserved": "Heures réservées pour un dossier",
    "released": "Heures libérées",
    "debited": "Heures utilisées",
}
BALANCES = {"dif": "DIF", "cpf": "CPF"}


def kind_label(line: LedgerLine) -> str:
    """What a movement is, in plain words."""
    return KINDS[line.kind]


def signed_hours(hours: int) -> str:
    """« + 40 h », « − 12 h », « 0 h »."""
    sign = "+\u00a0" if hours > 0 else "−\u00a0" if hours < 0 else ""
    return f"{sign}{abs(hours)}\u00a0h"
