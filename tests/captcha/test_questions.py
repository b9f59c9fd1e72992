"""The text question: variety, accepted answers, refused answers."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from web.captcha.alphabet import normalise_answer
from web.captcha.questions import Question, is_one_slip, question
from web.captcha.vocabulary import COMMON_WORDS, FAMILIES, OPPOSITES, number_word, number_words

DRAWN = [question(random.Random(number)) for number in range(3_000)]


def first_starting(start: str) -> Question:
    return next(drawn for drawn in DRAWN if drawn.text.startswith(start))


def quoted(text: str) -> list[str]:
    return re.findall("«\u00a0(.*?)\u00a0»", text)


def listed(text: str) -> list[str]:
    return text.rstrip("\u00a0?").rpartition("\u00a0: ")[2].split(", ")


def test_the_same_random_source_gives_the_same_question() -> None:
    assert question(random.Random(5)) == question(random.Random(5))


def test_there_are_thousands_of_questions() -> None:
    assert len({drawn.text for drawn in DRAWN}) > 1_800


def test_no_answer_is_right_often() -> None:
    right = Counter(answer for drawn in DRAWN for answer in drawn.answers)
    assert right.most_common(1)[0][1] < 0.05 * len(DRAWN)


def test_no_slip_is_taken_often() -> None:
    attempts = {"lalettreu", "lalettre", "quatore", "trente", "vingt", "cinquante", "deux"}
    for typed in attempts | {word[1:] for drawn in DRAWN[:12] for word in drawn.answers}:
        assert sum(drawn.accepts(typed) for drawn in DRAWN) < 0.05 * len(DRAWN)


def test_answers_are_written_as_typed_ones_are_read() -> None:
    for drawn in DRAWN:
        assert drawn.answers
        assert all(answer and normalise_answer(answer) == answer for answer in drawn.answers)
        assert not drawn.answers & drawn.rivals


def test_a_question_is_one_short_french_sentence() -> None:
    for drawn in DRAWN:
        assert len(drawn.text) <= 160
        assert drawn.text.endswith("\u00a0?")
        assert "  " not in drawn.text
        assert " :" not in drawn.text
        assert " »" not in drawn.text
        assert "'" not in drawn.text


@pytest.mark.parametrize(
    ("sign", "words"), [(1, "plus"), (-1, "moins"), (0, "fois")], ids=["plus", "moins", "fois"]
)
def test_sums_are_right_in_digits_and_in_words(sign: int, words: str) -> None:
    value_of = {number_word(number): number for number in range(100)}
    checked = 0
    for drawn in DRAWN:
        found = re.fullmatch(f"Combien font (.+) {words} (.+)\u00a0\\?", drawn.text)
        if found is None:
            continue
        a, b = value_of[found[1]], value_of[found[2]]
        value = a * b if sign == 0 else a + sign * b
        assert drawn.accepts(str(value))
        assert drawn.accepts(f" {number_word(value).upper()} ")
        assert not drawn.accepts(str(value + 1))
        assert not drawn.accepts(number_word(value + 1))
        checked += 1
    assert checked > 100


def test_the_word_of_a_family_is_taken_and_no_other() -> None:
    family_of = {word: family for family, words in FAMILIES.items() for word in words}
    drawn = first_starting("Parmi ces mots, lequel est un animal")
    for word in listed(drawn.text):
        assert drawn.accepts(word) == (family_of[word] == "un animal")


def test_no_word_belongs_to_two_families() -> None:
    words = Counter(word for family in FAMILIES.values() for word in family)
    assert words.most_common(1)[0][1] == 1


def test_the_opposite_is_taken_and_no_other_word_of_the_list() -> None:
    pairs = {(a, b) for a, b, _ in OPPOSITES} | {(b, a) for a, b, _ in OPPOSITES}
    checked = 0
    for drawn in DRAWN:
        if "le contraire de" in drawn.text:
            (word,) = quoted(drawn.text)
            taken = [other for other in listed(drawn.text) if drawn.accepts(other)]
            assert [(word, other) in pairs for other in taken] == [True]
            checked += 1
    assert checked > 50


def test_the_word_at_a_rank_is_taken_with_an_article_or_one_slip() -> None:
    drawn = first_starting("Quel est le troisième mot")
    words = listed(drawn.text)
    assert drawn.accepts(words[2])
    assert drawn.accepts(f"le {words[2].title()}.")
    assert drawn.accepts(words[2][:-1])
    assert not drawn.accepts(words[2][:-2])
    assert not any(drawn.accepts(word) for word in words if word != words[2])


def test_the_letter_taken_out_is_the_answer() -> None:
    drawn = first_starting("Une lettre a été retirée")
    whole, rest = (normalise_answer(word) for word in quoted(drawn.text))
    letter = next(iter(Counter(whole) - Counter(rest)))
    assert drawn.accepts(letter.upper())
    assert drawn.accepts(f"la lettre {letter}")
    assert not drawn.accepts("lalettre")
    assert not drawn.accepts("q")


def test_repeated_words_are_counted() -> None:
    drawn = first_starting("Combien de fois lit-on")
    (word,) = quoted(drawn.text)
    count = listed(drawn.text).count(word)
    assert drawn.accepts(str(count))
    assert drawn.accepts(number_word(count))


@pytest.mark.parametrize("typed", ["", " ", "?", "je ne sais pas", "é" * 10_000])
def test_an_empty_or_endless_answer_is_refused(typed: str) -> None:
    assert not any(drawn.accepts(typed) for drawn in DRAWN[:300])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zéro"),
        (17, "dix-sept"),
        (21, "vingt et un"),
        (70, "soixante-dix"),
        (71, "soixante et onze"),
        (80, "quatre-vingts"),
        (81, "quatre-vingt-un"),
        (99, "quatre-vingt-dix-neuf"),
    ],
)
def test_numbers_are_written_as_in_france(number: int, words: str) -> None:
    assert number_word(number) == words


def test_numbers_of_belgium_and_switzerland_are_known() -> None:
    assert "septante et un" in number_words(71)
    assert {"huitante-deux", "octante-deux"} <= set(number_words(82))
    assert "nonante" in number_words(90)


def test_no_two_numbers_are_written_alike() -> None:
    seen = Counter(normalise_answer(way) for n in range(100) for way in set(number_words(n)))
    assert seen.most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("typed", "word", "slip"),
    [
        ("mason", "maison", True),
        ("maisson", "maison", True),
        ("maizon", "maison", True),
        ("miason", "maison", True),
        ("maisno", "maison", True),
        ("masson", "maison", True),
        ("mision", "maison", False),
        ("maiso", "maisons", False),
        ("nosiam", "maison", False),
    ],
)
def test_one_slip_is_forgiven_and_two_are_not(typed: str, word: str, slip: bool) -> None:
    assert is_one_slip(typed, word) is slip


def test_words_to_pick_are_told_apart_even_with_a_slip() -> None:
    words = [normalise_answer(word) for word in COMMON_WORDS]
    for a in words:
        assert not [b for b in words if a != b and is_one_slip(a, b)]
