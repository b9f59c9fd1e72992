"""The balances of a ledger, as sums of the effects of its movements."""

from __future__ import annotations

from collections.abc import Iterable

from web.domain.hours.ledger import Balance, Movement


def free_hours(movements: Iterable[Movement], balance: Balance) -> int:
    """The hours that a dossier can still use."""
    return sum(line.effect_on_free for line in movements if line.balance is balance)


def reserved_hours(movements: Iterable[Movement], balance: Balance) -> int:
    """The hours reserved by validated dossiers."""
    return sum(line.effect_on_reserved for line in movements if line.balance is balance)
