"""The ledger of hours: its movements, and the balances that are their sums."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass


class Balance(enum.StrEnum):
    """The two balances, never mixed."""

    DIF = "dif"
    CPF = "cpf"


class MovementKind(enum.StrEnum):
    """What a movement of the ledger is."""

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
        """In plain words."""
        return _LABELS[self]


_LABELS = {
    MovementKind.DIF_DECLARED: "Déclaration du solde DIF",
    MovementKind.DIF_CORRECTED: "Correction du solde DIF",
    MovementKind.CPF_YEARLY_CREDIT: "Alimentation annuelle CPF",
    MovementKind.CORRECTION: "Correction d’heures",
    MovementKind.EXCEPTIONAL_CREDIT: "Crédit exceptionnel (abondement)",
    MovementKind.RESERVED: "Heures réservées pour un dossier",
    MovementKind.RELEASED: "Heures libérées",
    MovementKind.DEBITED: "Heures débitées",
}

_SIGNED = frozenset({MovementKind.DIF_CORRECTED, MovementKind.CORRECTION})
_DIF_ONLY = frozenset({MovementKind.DIF_DECLARED, MovementKind.DIF_CORRECTED})
_CPF_ONLY = frozenset({MovementKind.CPF_YEARLY_CREDIT, MovementKind.EXCEPTIONAL_CREDIT})

# What one hour of a movement does to the free hours and to the reserved ones. A debit takes hours
# that were reserved, thus no longer free: it lowers the reserved hours only.
_EFFECTS = {
    MovementKind.RESERVED: (-1, 1),
    MovementKind.RELEASED: (1, -1),
    MovementKind.DEBITED: (0, -1),
}
_CREDIT = (1, 0)


@dataclass(frozen=True)
class Movement:
    """One line of the ledger, in whole hours; only corrections may be negative.

    Raises ValueError for a negative number elsewhere, or a kind that the balance does not have.
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
        """What this movement adds to the hours free to use."""
        return self.hours * _EFFECTS.get(self.kind, _CREDIT)[0]

    @property
    def effect_on_reserved(self) -> int:
        """What this movement adds to the hours reserved by validated dossiers."""
        return self.hours * _EFFECTS.get(self.kind, _CREDIT)[1]


def free_hours(movements: Iterable[Movement], balance: Balance) -> int:
    """Return the hours of a balance that a dossier may still use."""
    return sum(line.effect_on_free for line in movements if line.balance is balance)


def reserved_hours(movements: Iterable[Movement], balance: Balance) -> int:
    """Return the hours of a balance that validated dossiers hold."""
    return sum(line.effect_on_reserved for line in movements if line.balance is balance)


def cpf_credited(movements: Iterable[Movement]) -> int:
    """Return the yearly CPF credits so far, the only ones that count toward 120 and 150."""
    return sum(line.hours for line in movements if line.kind is MovementKind.CPF_YEARLY_CREDIT)


def dif_is_declared(movements: Iterable[Movement]) -> bool:
    """Tell "non renseigné" from a declaration, be it of 0 hours."""
    return any(line.kind is MovementKind.DIF_DECLARED for line in movements)
