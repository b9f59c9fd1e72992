"""The SIRET of an establishment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.siret import InvalidSiret, SiretProblem, parse_siret, shown_siret


def problem_of(text: str) -> SiretProblem:
    with pytest.raises(InvalidSiret) as caught:
        parse_siret(text)
    return caught.value.problem


def with_luhn_key(digits: str) -> str:
    """Append the digit that makes the whole number satisfy the Luhn check."""
    total = 0
    for rank, char in enumerate(reversed(digits)):
        value = int(char) * (2 if rank % 2 == 0 else 1)
        total += value // 10 + value % 10
    return digits + str(-total % 10)


sirens = st.integers(1, 99_999_999).map(lambda n: with_luhn_key(f"{n:08d}"))
sirets = st.builds(
    lambda siren, office: with_luhn_key(f"{siren}{office:04d}"),
    sirens.filter(lambda siren: siren != "356000000"),
    st.integers(0, 9999),
)


@given(sirets)
def test_a_siret_with_its_two_keys_is_accepted(siret: str) -> None:
    assert parse_siret(siret) == siret


@given(sirets, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(siret: str, place: int, shift: int) -> None:
    digit = (int(siret[place]) + shift) % 10
    wrong = siret[:place] + str(digit) + siret[place + 1 :]
    with pytest.raises(InvalidSiret):
        parse_siret(wrong)


def test_the_key_of_the_siren_counts_too() -> None:
    siret = with_luhn_key("1234567890001")
    assert problem_of(siret) is SiretProblem.KEY
    assert parse_siret(with_luhn_key(with_luhn_key("12345678") + "0001"))


@given(sirets, st.sampled_from([" ", "\u00a0", "\u202f", ".", "-", "\t"]))
def test_separators_change_nothing(siret: str, mark: str) -> None:
    typed = mark.join([siret[:3], siret[3:6], siret[6:9], siret[9:]])
    assert parse_siret(f" {typed}\n") == siret


def test_the_head_office_of_la_poste_follows_the_common_rule() -> None:
    assert parse_siret("35600000000048") == "35600000000048"


def test_other_offices_of_la_poste_have_digits_that_sum_to_a_multiple_of_five() -> None:
    accepted = []
    for office in range(200):
        siret = f"356000000{office:05d}"
        if sum(map(int, siret)) % 5 == 0:
            accepted.append(parse_siret(siret))
        elif siret != "35600000000048":
            assert problem_of(siret) is SiretProblem.KEY
    assert "35600000000002" not in accepted
    assert "35600000000001" in accepted
    assert len(accepted) == 40


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7328293200007",
        "732829320000745",
        "7328293200007A",
        "7328293200007\N{ARABIC-INDIC DIGIT FOUR}",
        "732829320/00074",
        "00000000000000",
        "00000000000018",
        "73282932000074" + " " * 80,
    ],
)
def test_a_text_of_another_shape_is_refused(text: str) -> None:
    assert problem_of(text) is SiretProblem.FORMAT


def test_a_refused_siret_is_not_quoted() -> None:
    with pytest.raises(InvalidSiret) as caught:
        parse_siret("73282932000079")
    assert "73282932" not in str(caught.value)
    assert caught.value.__context__ is None


@given(sirets)
def test_a_siret_is_shown_in_groups_and_read_back(siret: str) -> None:
    shown = shown_siret(siret)
    assert [len(group) for group in shown.split("\u00a0")] == [3, 3, 3, 5]
    assert parse_siret(shown) == siret
