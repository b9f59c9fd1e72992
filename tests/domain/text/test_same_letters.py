"""Two spellings of one name compare equal; two names do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.names import InvalidName, parse_name, same_letters


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoé", "ZOE"),
        ("Jean-Pierre", "jean pierre"),
        ("Jean–Pierre", "JeanPierre"),
        ("d’Orange-Née", "D'ORANGE NEE"),
        ("N‘Diaye", "n'diaye"),
        ("Œuvrard", "oeuvrard"),
        ("Straße", "STRASSE"),
        ("Łukasz", "lukasz"),
        ("Ngo\u0302", "NGÔ"),
        ("Le\u00a0Goff", "le goff"),
    ],
)
def test_one_name_in_two_ways(one: str, other: str) -> None:
    assert same_letters(one) == same_letters(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Zoé", "Chloé"), ("Martin", "Martine"), ("Jean", "Jean-Pierre")]
)
def test_two_names(one: str, other: str) -> None:
    assert same_letters(one) != same_letters(other)


@given(st.text(min_size=1, max_size=20))
def test_a_name_that_is_accepted_has_letters_to_compare(text: str) -> None:
    try:
        name = parse_name(text)
    except InvalidName:
        return
    assert same_letters(name)
    assert same_letters(name.upper()) == same_letters(name.lower())
