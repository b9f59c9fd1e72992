"""The hours that each kind of exceptional credit allows."""

from __future__ import annotations

import pytest

from web.domain.hours.exceptional import ExceptionalKind

ABONDEMENTS = [kind for kind in ExceptionalKind if kind.startswith("abondement-")]


@pytest.mark.parametrize("kind", ExceptionalKind)
def test_any_credit_can_be_withdrawn_and_none_is_negative(kind: ExceptionalKind) -> None:
    assert kind.allows(0)
    assert not kind.allows(-1)


@pytest.mark.parametrize("kind", ABONDEMENTS)
def test_an_abondement_has_up_to_a_thousand_hours(kind: ExceptionalKind) -> None:
    assert [kind.allows(hours) for hours in (1, 151, 1000, 1001)] == [True, True, True, False]


def test_a_person_looking_for_work_gets_a_hundred_hours_at_most() -> None:
    kind = ExceptionalKind.DEMANDEUR_EMPLOI
    assert [kind.allows(hours) for hours in (1, 100, 101)] == [True, True, False]


def test_a_corrective_credit_is_of_100_hours_or_130_for_part_time_work() -> None:
    allowed = [hours for hours in range(200) if ExceptionalKind.CORRECTIF.allows(hours)]
    assert allowed == [0, 100, 130]


def test_every_kind_has_a_label_of_its_own() -> None:
    labels = {kind.label for kind in ExceptionalKind}
    assert len(labels) == len(ExceptionalKind) == len(ABONDEMENTS) + 2
    # « accordé » agrees with it.
    assert {label.split()[0] for label in labels} == {"Abondement", "Complément", "Crédit"}
