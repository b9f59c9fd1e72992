"""Invisible characters, and stacked accents."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.text.characters import JOINERS, with_few_marks, without_invisible

FORMATS = [
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"
]


def test_every_format_character_is_dropped() -> None:
    assert without_invisible("".join(char for char in FORMATS if char not in JOINERS)) == ""
    assert without_invisible("é".join(FORMATS)) == "é" * (len(FORMATS) - 1)


@pytest.mark.parametrize("char", "\u3164\uffa0\u115f\u1160\u2800\u034f\u17b4\ufe0f\U000e0041\ufffc")
def test_invisible_characters_are_dropped(char: str) -> None:
    assert without_invisible(f"{char}aé{char}b{char}") == "aéb"


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "ක්\u200dෂ", "عمر", "plain", "\u00a0d’été\u202f!"]
)
def test_characters_that_a_spelling_needs_are_kept(text: str) -> None:
    assert without_invisible(text) == text


@pytest.mark.parametrize("joiner", JOINERS)
def test_a_joiner_that_joins_nothing_is_dropped(joiner: str) -> None:
    assert without_invisible(f"é{joiner}b{joiner}") == "éb"
    assert without_invisible(f"ع{joiner}{joiner}ع") == "عع"
    assert without_invisible(f"{joiner}ع{joiner}") == "ع"


@pytest.mark.parametrize("mark", ["\u0301", "\u20dd", "\u0489"])
def test_three_accents_at_most_stay_upon_a_letter(mark: str) -> None:
    assert with_few_marks("e" + mark * 99 + "a" + mark) == "e" + mark * 3 + "a" + mark


def test_signs_beside_a_letter_are_counted_too() -> None:
    assert with_few_marks("é\u0323\u0331\u0330") == "é\u0323\u0331"
    assert with_few_marks("क" + "\u093e" * 99) == "क" + "\u093e" * 6


@given(st.text())
def test_done_twice_it_changes_nothing_more(text: str) -> None:
    seen = with_few_marks(without_invisible(text))
    assert with_few_marks(without_invisible(seen)) == seen
