"""The characters of a challenge, and the parsing of an answer."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.captcha.alphabet import (
    ALPHABET,
    ANSWER_LENGTH,
    SEED_BYTES,
    SPELLING,
    characters,
    normalise_answer,
)

LOOK_ALIKES = ("0OQD", "1IJ7", "5S", "2Z7", "8B3", "6G", "UVY", "EF", "PR", "MW", "HN")
SOUND_ALIKES = ("BDPTV", "MN", "FS", "GJ")


@pytest.mark.parametrize("family", LOOK_ALIKES)
def test_at_most_one_character_of_each_family_of_look_alikes_is_used(family: str) -> None:
    assert len(set(family.lower()) & set(ALPHABET)) <= 1


@pytest.mark.parametrize("family", SOUND_ALIKES)
def test_at_most_one_letter_of_each_family_of_sound_alikes_is_used(family: str) -> None:
    assert len(set(family.lower()) & set(ALPHABET)) <= 1


def test_every_character_is_spelled_and_no_two_alike() -> None:
    assert set(SPELLING) == set(ALPHABET)
    assert len(set(SPELLING.values())) == len(ALPHABET)
    for letter in (c for c in ALPHABET if c.isalpha()):
        name, _, word = SPELLING[letter].partition(" comme ")
        assert name.lower() == letter
        assert normalise_answer(word).startswith(letter)


@given(st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES))
def test_the_same_bytes_give_the_same_characters(seed: bytes) -> None:
    text = characters(seed)
    assert text == characters(seed)
    assert len(text) == ANSWER_LENGTH
    assert set(text) <= set(ALPHABET)


def test_no_character_is_favoured_at_any_place() -> None:
    rng = random.Random(20)
    drawn = [characters(rng.randbytes(SEED_BYTES)) for _ in range(6_000)]
    expected = len(drawn) / len(ALPHABET)
    for place in range(ANSWER_LENGTH):
        seen = Counter(text[place] for text in drawn)
        chi_squared = sum((seen[c] - expected) ** 2 / expected for c in ALPHABET)
        # 14 degrees of freedom: a fair draw exceeds 41 once in ten thousand.
        assert chi_squared < 41


def test_too_few_random_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        characters(b"\0" * (SEED_BYTES - 1))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  A c-E\u00a03 4\u202f9 ", "ace349"),
        ("ÉTÉ", "ete"),
        ("Cœur d’or", "coeurdor"),
        ("e\u0301te\u0301", "ete"),
        ("ＡＢ３", "ab3"),
        ("«\u00a0sept\u00a0».", "sept"),
        (" -- ", ""),
    ],
)
def test_an_answer_is_read_without_case_accents_spaces_or_punctuation(
    typed: str, read: str
) -> None:
    assert normalise_answer(typed) == read


@example("ǣ")
@given(st.text(max_size=40))
def test_reading_an_answer_twice_changes_nothing(text: str) -> None:
    once = normalise_answer(text)
    assert normalise_answer(once) == once
