"""The ledger of hours and its balances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.training.balances import free_hours, reserved_hours
from web.domain.hours.ledger import Balance, Movement, MovementKind
from web.domain.hours.rules import partial_use, split_hours

DIF, CPF = Balance.DIF, Balance.CPF
SIGNED = {MovementKind.DIF_CORRECTED, MovementKind.CORRECTION}
DIF_ONLY = {MovementKind.DIF_DECLARED, MovementKind.DIF_CORRECTED}
CPF_ONLY = {MovementKind.CPF_YEARLY_CREDIT, MovementKind.EXCEPTIONAL_CREDIT}


@pytest.mark.parametrize(
    ("kind", "free", "reserved"),
    [
        (MovementKind.DIF_DECLARED, 7, 0),
        (MovementKind.DIF_CORRECTED, 7, 0),
        (MovementKind.CPF_YEARLY_CREDIT, 7, 0),
        (MovementKind.CORRECTION, 7, 0),
        (MovementKind.EXCEPTIONAL_CREDIT, 7, 0),
        (MovementKind.RESERVED, -7, 7),
        (MovementKind.RELEASED, 7, -7),
        (MovementKind.DEBITED, 0, -7),
    ],
)
def test_each_movement_has_its_effect(kind: MovementKind, free: int, reserved: int) -> None:
    balance = CPF if kind in CPF_ONLY else DIF
    other = DIF if balance is CPF else CPF
    lines = [Movement(kind, balance, 7)]
    assert (lines[0].effect_on_free, lines[0].effect_on_reserved) == (free, reserved)
    assert free_hours(lines, balance) == free
    assert reserved_hours(lines, balance) == reserved
    assert free_hours(lines, other) == reserved_hours(lines, other) == 0


@pytest.mark.parametrize("kind", MovementKind)
@pytest.mark.parametrize("balance", Balance)
@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_only_possible_movements_can_be_written(
    kind: MovementKind, balance: Balance, hours: int
) -> None:
    wrong_balance = kind in (CPF_ONLY if balance is DIF else DIF_ONLY)
    if wrong_balance or (hours < 0 and kind not in SIGNED):
        with pytest.raises(ValueError, match=r"balance|negative"):
            Movement(kind, balance, hours)
    else:
        assert Movement(kind, balance, hours).hours == hours


@given(
    st.integers(0, 200),
    st.integers(0, 200),
    st.lists(st.tuples(st.integers(0, 250), st.integers(0, 250)), max_size=6),
)
def test_dossiers_given_up_one_after_the_other_never_make_or_lose_an_hour(
    dif: int, cpf: int, dossiers: list[tuple[int, int]]
) -> None:
    lines = [
        Movement(MovementKind.DIF_DECLARED, DIF, dif),
        Movement(MovementKind.EXCEPTIONAL_CREDIT, CPF, cpf),
    ]
    spent = 0
    for duration, followed in dossiers:
        split = split_hours(free_hours(lines, DIF), free_hours(lines, CPF), duration)
        lines.append(Movement(MovementKind.RESERVED, DIF, split.dif))
        lines.append(Movement(MovementKind.RESERVED, CPF, split.cpf))
        assert reserved_hours(lines, DIF) == split.dif
        assert reserved_hours(lines, CPF) == split.cpf
        use = partial_use(split.dif, split.cpf, followed)
        lines.append(Movement(MovementKind.DEBITED, DIF, use.dif_debited))
        lines.append(Movement(MovementKind.DEBITED, CPF, use.cpf_debited))
        lines.append(Movement(MovementKind.RELEASED, DIF, use.dif_released))
        lines.append(Movement(MovementKind.RELEASED, CPF, use.cpf_released))
        spent += use.dif_debited + use.cpf_debited
        assert reserved_hours(lines, DIF) == reserved_hours(lines, CPF) == 0
        assert min(free_hours(lines, DIF), free_hours(lines, CPF)) >= 0
    assert free_hours(lines, DIF) + free_hours(lines, CPF) + spent == dif + cpf
