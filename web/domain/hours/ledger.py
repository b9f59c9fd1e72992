"""The ledger of hours: its movements, and their effect on the balances."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Balance(enum.StrEnum):
    """The two separate balances."""

    DIF = "dif"
    CPF = "cpf"


class MovementKind(enum.StrEnum):
    """The kind of a movement."""

    DIF_DECLARED = "dif_declared"
    DIF_CORRECTED = "dif_corrected"
    CPF_YEARLY_CREDIT = "cpf_yearly_credit"
    CORRECTION = "correction"
    EXCEPTIONAL_CREDIT = "exceptional_credit"
    RESERVED = "reserved"
    RELEASED = "released"
    DEBITED = "debited"

    @property
    def label(self) -> str:
        """A plain French label."""
        return _LABELS[self]


_LABELS = {
    MovementKind.DIF_DECLARED: "Déclaration du solde DIF",
    MovementKind.DIF_CORRECTED: "Correction du solde DIF",
    MovementKind.CPF_YEARLY_CREDIT: "Alimentation annuelle CPF",
    MovementKind.CORRECTION: "Correction d’heures",
    MovementKind.EXCEPTIONAL_CREDIT: "Crédit exceptionnel",
    MovementKind.RESERVED: "Heures réservées pour un dossier",
    MovementKind.RELEASED: "Heures rendues",
    MovementKind.DEBITED: "Heures débitées",
}

_SIGNED = frozenset({MovementKind.DIF_CORRECTED, MovementKind.CORRECTION})
_DIF_ONLY = frozenset({MovementKind.DIF_DECLARED, MovementKind.DIF_CORRECTED})
_CPF_ONLY = frozenset({MovementKind.CPF_YEARLY_CREDIT, MovementKind.EXCEPTIONAL_CREDIT})

# Effect of one hour of a movement on the free and on the reserved hours. A debit takes hours
# already reserved, hence no longer free: it lowers the reserved hours only.
_EFFECTS = {
    MovementKind.RESERVED: (-1, 1),
    MovementKind.RELEASED: (1, -1),
    MovementKind.DEBITED: (0, -1),
}
_CREDIT = (1, 0)


@dataclass(frozen=True)
class Movement:
    """A line of the ledger, in whole hours; only corrections may be negative.

    Raises ValueError for a negative number elsewhere, or for a kind that the balance excludes.
    """

    kind: MovementKind
    balance: Balance
    hours: int

    def __post_init__(self) -> None:
        if self.hours < 0 and self.kind not in _SIGNED:
            raise ValueError("only a correction may be negative")
        wrong = _CPF_ONLY if self.balance is Balance.DIF else _DIF_ONLY
        if self.kind in wrong:
            raise ValueError("this balance has no such movement")

    @property
    def effect_on_free(self) -> int:
        """The change in the free hours."""
        return self.hours * _EFFECTS.get(self.kind, _CREDIT)[0]

    @property
    def effect_on_reserved(self) -> int:
        """The change in the hours reserved by validated dossiers."""
        return self.hours * _EFFECTS.get(self.kind, _CREDIT)[1]
