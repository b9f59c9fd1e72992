"""The requirements on a password, at their boundaries."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.passwords.policy import (
    Rule,
    Strength,
    normalise,
    personal_words,
    strength,
    unmet_rules,
)

NIR = "1850699999123"


def unmet(password: str, words: tuple[str, ...] = ()) -> set[Rule]:
    return set(unmet_rules(password, words))


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("kvxqB274", set()),
        ("kvxB274", {Rule.LETTERS}),
        ("kvxB274!", {Rule.LETTERS}),
        ("kvxqB27", {Rule.DIGITS}),
        ("kvxqB27!", {Rule.DIGITS}),
        ("kvxqb274", {Rule.CATEGORIES}),
        ("KVXQB274", {Rule.CATEGORIES}),
        ("kvxqb274!", set()),
        ("KVXQB274!", set()),
        ("KvxqB274!", set()),
        ("kvxqb274 ", set()),
        ("éàùçÉ274", set()),
        ("éàùç274!", {Rule.LETTERS}),
        ("кцжпЩ274", set()),
        ("李明王趙錢274!", {Rule.CATEGORIES}),
        ("李明王趙a274!", set()),
        ("kvxqB27²", {Rule.DIGITS}),
        ("kvxqB27٣", set()),
        ("kvxqb", {Rule.DIGITS, Rule.CATEGORIES}),
        ("274", {Rule.LETTERS, Rule.CATEGORIES}),
        ("", {Rule.LETTERS, Rule.DIGITS, Rule.CATEGORIES}),
    ],
)
def test_composition_is_judged_at_its_boundaries(password: str, broken: set[Rule]) -> None:
    """6.2.1, 6.2.5: eight characters at least, since five are letters and three are digits."""
    assert unmet(password) == broken


def test_an_accent_with_no_composed_form_is_no_special_character() -> None:
    assert unmet("kvxqm\u0302274") == {Rule.CATEGORIES}


def test_a_decomposed_letter_counts_once() -> None:
    assert unmet("e\u0301e\u0301E\u0301x274!") == {Rule.LETTERS}
    assert unmet("e\u0301e\u0301E\u0301xz274!") == set()


def test_at_most_128_characters_once_composed() -> None:
    """6.2.8: a longer one is refused, none is cut short."""
    fine = "kvxqB274" * 16
    assert unmet(fine) == set()
    assert unmet(fine + "z") == {Rule.LENGTH}
    assert unmet("kvxqB274" + "e\u0301" * 120) == set()
    assert unmet("kvxqB274" + "e\u0301" * 121) == {Rule.LENGTH}
    assert Rule.LENGTH in unmet("kvxqB274" * 100_000)
    assert Rule.LENGTH in unmet("a" + "\u0316\u0301" * 300_000)


def test_broken_rules_come_in_a_fixed_order() -> None:
    assert unmet_rules("azerty", ("azerty",)) == (
        Rule.DIGITS,
        Rule.CATEGORIES,
        Rule.COMMON,
        Rule.PERSONAL,
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=140))
def test_composition_agrees_with_a_plain_count(password: str) -> None:
    text = unicodedata.normalize("NFC", password)
    kinds = [unicodedata.category(char) for char in text]
    groups = [{"Lu", "Lt"}, {"Ll"}, {"Nd"}]
    used = sum(any(kind in group for kind in kinds) for group in groups)
    used += any(kind[0] not in "LM" and kind != "Nd" for kind in kinds)
    broken = unmet(password)
    assert (Rule.LENGTH in broken) == (len(text) > 128)
    if len(text) <= 128:
        assert (Rule.LETTERS in broken) == (len([k for k in kinds if k[0] == "L"]) < 5)
        assert (Rule.CATEGORIES in broken) == (used < 3)
        assert (Rule.DIGITS in broken) == (kinds.count("Nd") < 3)


@given(st.text(max_size=60))
def test_a_composed_and_a_decomposed_password_are_judged_alike(password: str) -> None:
    words = personal_words(first_name="Élodie", birth_name="Noël")
    composed = unicodedata.normalize("NFC", password)
    decomposed = unicodedata.normalize("NFD", password)
    assert unmet_rules(composed, words) == unmet_rules(decomposed, words)
    assert normalise(composed) == normalise(decomposed) == normalise(normalise(decomposed))


def test_normalising_neither_trims_nor_changes_case() -> None:
    """6.2.8."""
    assert normalise(" Kvxq\u00a0e\u0301ﬁ² ") == " Kvxq\u00a0éﬁ² "


def test_personal_words_are_folded_and_split() -> None:
    words = personal_words(
        first_name="Jean-Élie", birth_name="L’Œillet", email="49Sude.Zoé+cpf@exemple.fr"
    )
    assert words == (
        "compteformation",
        "jeanelie",
        "jean",
        "elie",
        "loeillet",
        "oeillet",
        "49sudezoecpf",
        "sude",
        "zoe",
        "cpf",
    )


def test_pieces_of_fewer_than_three_characters_do_not_count() -> None:
    assert personal_words(first_name="Al", birth_name="Bo", email="x@y.fr") == ("compteformation",)
    assert personal_words(first_name="Ali") == ("compteformation", "ali")
    assert "leny" in personal_words(birth_name="Le Ny")
    assert Rule.PERSONAL not in unmet("leXqny274", personal_words(birth_name="Le Ny"))


def test_an_address_without_at_sign_is_all_local_part() -> None:
    assert "zebulon" in personal_words(email="zebulon")
    assert "exemple" not in personal_words(email="zebulon@exemple.fr")


@pytest.mark.parametrize(
    "password",
    [
        "xqJEAN274kv",
        "xqjean274KV",
        "xqÉlie274kv",
        "xqelie274KV",
        "KvOEILLET274",
        "kvŒillet274",
        "49SUDExq7B",
        "CompteFormation274",
        "Compte-Formation274",
        "compte formation 274",
        "CÔMPTÉformation274",
        "J.e.a.n.E.l.i.e.274",
    ],
)
def test_a_password_made_of_what_is_known_of_the_person_is_refused(password: str) -> None:
    """6.2.11: names, address and the service's name."""
    words = personal_words(first_name="Jean-Élie", birth_name="L’Œillet", email="49sude@exemple.fr")
    assert Rule.PERSONAL in unmet(password, words)


@pytest.mark.parametrize("password", ["Kvxqzr274", "xqJeaNo", "KvFormaxion274", "j-e-a-n-Qx274"])
def test_a_password_that_only_looks_near_is_not_personal(password: str) -> None:
    words = personal_words(first_name="Jeanne", birth_name="Jean-Q", email="oeillet@exemple.fr")
    expected = "jean" in password.lower()
    assert (Rule.PERSONAL in unmet(password, words)) == expected


@given(st.integers(0, 12), st.integers(1, 13))
def test_six_characters_of_the_nir_in_a_row_are_too_many_and_five_are_not(
    start: int, size: int
) -> None:
    """6.2.11."""
    piece = NIR[start : start + size]
    found = Rule.PERSONAL in unmet(f"Kvxqz{piece}r", personal_words(nir=NIR))
    assert found == (len(piece) >= 6)


def test_the_nir_is_found_grouped_and_in_any_case() -> None:
    words = personal_words(nir="185062A999123")
    assert words[1] == "185062a999123"
    for password in ("Kvxqz1 85 06 2A", "kvxqz85062A", "Kvxqz85-06-2a"):
        assert Rule.PERSONAL in unmet(password, words)


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (0, Strength.FAIBLE),
        (1, Strength.FAIBLE),
        (2, Strength.MOYEN),
        (3, Strength.FORT),
        (4, Strength.TRES_FORT),
    ],
)
def test_each_score_has_its_word(score: int, word: Strength) -> None:
    assert strength(score, ()) is word


@pytest.mark.parametrize("rule", Rule)
def test_strong_never_shows_while_a_rule_is_unmet(rule: Rule) -> None:
    assert [strength(score, (rule,)) for score in range(5)] == [
        Strength.FAIBLE,
        Strength.FAIBLE,
        Strength.MOYEN,
        Strength.MOYEN,
        Strength.MOYEN,
    ]


@pytest.mark.parametrize("score", [-1, 5])
def test_a_score_out_of_range_is_a_mistake(score: int) -> None:
    with pytest.raises(ValueError, match="0 to 4"):
        strength(score, ())


def test_the_four_words_are_the_ones_shown() -> None:
    assert [word.value for word in Strength] == ["Faible", "Moyen", "Fort", "Très fort"]
