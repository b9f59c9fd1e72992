"""The formatting of numbers and abbreviations in French pages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from web.dossiers.labels import euros
from web.filters import french_number, with_abbreviations


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (999, "999"), (1803.5, "1\u00a0803,5"), (1_234_567, "1\u00a0234\u00a0567")],
)
def test_thousands_are_kept_together_by_one_kind_of_space(number: float, written: str) -> None:
    assert french_number(number) == written


def test_a_cost_is_written_with_the_same_space() -> None:
    assert euros(Decimal("1250.5")) == "1\u00a0250,50\u00a0€"


def test_abbreviations_tell_what_they_stand_for() -> None:
    assert with_abbreviations("Heures DIF <b>, CPFX") == (
        'Heures <abbr title="droit individuel à la formation">DIF</abbr> &lt;b&gt;, CPFX'
    )


def test_an_abbreviation_just_spelled_out_is_not_spelled_out_again() -> None:
    text = "Solde du droit individuel à la formation (DIF)\u00a0: saisissez-le"
    assert with_abbreviations(text) == text
