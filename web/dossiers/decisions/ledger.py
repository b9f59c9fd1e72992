"""The effect of a dossier's transitions on the person's ledger of hours.

To be called under the person's lock, so that the balances read are still true when hours are
reserved.
"""

from __future__ import annotations

from collections.abc import Iterable

from web.core.db.connection import Connection
from web.domain.dossier import HoursEffect
from web.domain.hours.ledger import Balance, Movement, MovementKind
from web.domain.hours.rules import HoursSplit, partial_use
from web.dossiers.decisions import queries
from web.dossiers.records import Dossier, Hours
from web.dossiers.rules import planned
from web.hours.balances import Balances

Moved = tuple[MovementKind, Balance, int]


async def move(
    connection: Connection,
    dossier: Dossier,
    effect: HoursEffect,
    balances: Balances,
    followed: int | None,
) -> None:
    """Apply a transition's effect on the hours, if any; `followed` is in hours."""
    held = dossier.hours or Hours(0, 0, 0)
    if effect is HoursEffect.RESERVE:
        split = planned(balances, dossier.contents.duration or 0)
        await _reserve(connection, dossier, split)
    elif effect is HoursEffect.DEBIT:
        await _write(connection, dossier, _both(MovementKind.DEBITED, held.dif, held.cpf))
    elif effect is HoursEffect.DEBIT_FOLLOWED:
        await _debit_followed(connection, dossier, held, followed or 0)
    elif effect is HoursEffect.RELEASE:
        await _write(connection, dossier, _both(MovementKind.RELEASED, held.dif, held.cpf))
        await queries.set_hours(connection, dossier.id, 0, 0, 0)


async def _reserve(connection: Connection, dossier: Dossier, split: HoursSplit) -> None:
    await _write(connection, dossier, _both(MovementKind.RESERVED, split.dif, split.cpf))
    await queries.set_hours(connection, dossier.id, split.dif, split.cpf, split.other)


async def _debit_followed(
    connection: Connection, dossier: Dossier, held: Hours, followed: int
) -> None:
    use = partial_use(held.dif, held.cpf, followed)
    debited = _both(MovementKind.DEBITED, use.dif_debited, use.cpf_debited)
    released = _both(MovementKind.RELEASED, use.dif_released, use.cpf_released)
    await _write(connection, dossier, [*debited, *released])
    elsewhere = followed - use.dif_debited - use.cpf_debited
    await queries.set_hours(connection, dossier.id, use.dif_debited, use.cpf_debited, elsewhere)


def _both(kind: MovementKind, dif: int, cpf: int) -> list[Moved]:
    return [(kind, Balance.DIF, dif), (kind, Balance.CPF, cpf)]


async def _write(connection: Connection, dossier: Dossier, moved: Iterable[Moved]) -> None:
    movements = [Movement(kind, balance, hours) for kind, balance, hours in moved if hours]
    if movements:
        await queries.add_movements(connection, dossier.person_id, dossier.number, movements)
