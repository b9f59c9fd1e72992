"""The NIR: what is accepted, what is refused and why, and what is never displayed."""

from __future__ import annotations

import contextlib
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.nir import (
    Civility,
    InvalidNir,
    Nir,
    NirProblem,
    control_key,
    masked,
    parse_nir,
)

# Department 99 with an unassigned country code: nobody has such a number.
SYNTHETIC = "1850699999123"

PUBLISHED_KEYS = {
    "2761099350001": "40",
    "253072B073004": "70",
    "253072A073004": "43",
    "2951099126111": "93",
}


def key_by_arithmetic(value: str) -> str:
    number = int(value.replace("2A", "19", 1).replace("2B", "18", 1))
    return f"{97 - number % 97:02d}"


def problem_of(text: str) -> NirProblem:
    with pytest.raises(InvalidNir) as caught:
        parse_nir(text)
    return caught.value.problem


months = st.sampled_from([*range(1, 13), *range(20, 43), *range(50, 100)])
synthetic_values = st.builds(
    lambda sex, year, month, country, order: f"{sex}{year:02d}{month:02d}99{country}{order:03d}",
    st.sampled_from("12"),
    st.integers(0, 99),
    months,
    st.sampled_from(["000", "998", "999"]),
    st.integers(1, 999),
)


@pytest.mark.parametrize(("value", "key"), PUBLISHED_KEYS.items())
def test_the_published_keys_are_found(value: str, key: str) -> None:
    assert control_key(value) == key
    assert parse_nir(value + key).value == value
    assert parse_nir(value).value == value


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (value, f"{97 - number % 97:02d}")
        for value, number in [
            ("1850699999123", 1850699999123),
            ("2000199999001", 2000199999001),
            ("1991299998999", 1991299998999),
            ("2104299999500", 2104299999500),
            ("1209999000077", 1209999000077),
            ("2552099998310", 2552099998310),
            ("1015099999014", 1015099999014),
            ("2770399999888", 2770399999888),
            ("1680899998202", 1680899998202),
            ("2091199000650", 2091199000650),
            ("185062A999123", 1850619999123),
            ("185062B999123", 1850618999123),
        ]
    ],
)
def test_keys_worked_out_by_hand_are_found(value: str, key: str) -> None:
    assert control_key(value) == key
    assert parse_nir(value + key) == Nir(value)


def test_a_multiple_of_97_has_the_key_97_and_its_neighbours_01_and_96() -> None:
    start = 1850699999000
    multiple = start + (-start) % 97
    assert control_key(str(multiple)) == "97"
    assert control_key(str(multiple - 1)) == "01"
    assert control_key(str(multiple + 1)) == "96"


@given(synthetic_values)
def test_any_key_but_the_right_one_is_refused(value: str) -> None:
    right = key_by_arithmetic(value)
    for key in (f"{number:02d}" for number in range(100)):
        if key == right:
            assert parse_nir(value + key).value == value
        else:
            assert problem_of(value + key) is NirProblem.KEY


@given(
    synthetic_values,
    st.lists(
        st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", ".", "-", "\u2011", "\u200b"]),
        min_size=16,
        max_size=16,
    ),
    st.booleans(),
)
def test_separators_change_nothing(value: str, marks: list[str], with_key: bool) -> None:
    full = value + key_by_arithmetic(value) if with_key else value
    typed = "".join(mark + char for mark, char in zip(marks, full, strict=False)) + marks[-1]
    assert parse_nir(typed) == parse_nir(value)


@pytest.mark.parametrize("letter", ["a", "b"])
def test_lower_case_is_accepted_and_kept_in_upper_case(letter: str) -> None:
    assert parse_nir(f"18506 2{letter}999 123").value == f"185062{letter.upper()}999123"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "185069999912",
        "18506999991230",
        "1850699999123000",
        "185069999912X",
        "185062C999123",
        "18506A2999123",
        "1850699999123A1",
        "1850699999123-A",
        "1850699999123\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT ONE}",
        "١850699999123",
        "0850699999123",
        "5850699999123",
        "6850699999123",
        "9850699999123",
        "1850699999123" + " " * 100,
        "1850699999123/",
    ],
)
def test_a_text_of_another_shape_is_refused(text: str) -> None:
    assert problem_of(text) is NirProblem.FORMAT


@pytest.mark.parametrize("first", "3478")
def test_a_provisional_number_is_told_apart(first: str) -> None:
    value = first + SYNTHETIC[1:]
    assert problem_of(value) is NirProblem.PROVISIONAL
    assert problem_of(value + "00") is NirProblem.PROVISIONAL


@pytest.mark.parametrize("month", range(100))
def test_months_are_accepted_exactly_where_the_register_uses_them(month: int) -> None:
    value = f"185{month:02d}99999123"
    known = month in {*range(1, 13), *range(20, 43), *range(50, 100)}
    if not known:
        assert problem_of(value) is NirProblem.MONTH
    else:
        assert parse_nir(value).month == (month if month <= 12 else None)


@pytest.mark.parametrize("department", [*(f"{n:02d}" for n in range(1, 100)), "2A", "2B"])
def test_every_department_overseas_and_abroad_is_accepted(department: str) -> None:
    assert parse_nir(f"18506{department}999123").value[5:7] == department


def test_department_00_is_refused() -> None:
    assert problem_of("1850600999123") is NirProblem.PLACE


def test_corsica_is_accepted_whatever_the_year() -> None:
    for department in ("20", "2A", "2B"):
        for year in ("53", "75", "76", "99"):
            assert parse_nir(f"1{year}06{department}999123").two_digit_year == int(year)


def test_order_000_is_refused_and_its_neighbours_accepted() -> None:
    assert problem_of("1850699999000") is NirProblem.ORDER
    assert parse_nir("1850699999001").value.endswith("001")
    assert parse_nir("1850699999100").value.endswith("100")


def test_a_wrong_key_is_told_before_a_wrong_month_place_or_order() -> None:
    for value in ("1851399999123", "1850600999123", "1850699999000"):
        right = key_by_arithmetic(value)
        wrong = "01" if right != "01" else "02"
        assert problem_of(value + wrong) is NirProblem.KEY
        assert problem_of(value + right) is not NirProblem.KEY


def test_sex_year_and_month_are_read_from_the_number() -> None:
    nir = parse_nir(SYNTHETIC)
    assert (nir.sex, nir.two_digit_year, nir.month) == (Civility.MONSIEUR, 85, 6)
    other = parse_nir("2012099999123")
    assert (other.sex, other.two_digit_year, other.month) == (Civility.MADAME, 1, None)
    assert (Civility.MADAME.value, Civility.MONSIEUR.value) == ("madame", "monsieur")


@given(st.text(max_size=80))
def test_any_text_is_either_refused_with_a_problem_or_a_nir(text: str) -> None:
    with contextlib.suppress(InvalidNir):
        nir = parse_nir(text)
        assert parse_nir(nir.value) == nir


def test_an_unchecked_value_cannot_be_held() -> None:
    for value in ("", "185069999912", "1850699999123 ", SYNTHETIC + "00", "3850699999123"):
        with pytest.raises(InvalidNir):
            Nir(value)


def test_a_mask_shows_the_last_four_characters_only() -> None:
    assert masked(SYNTHETIC) == "•\u00a0••\u00a0••\u00a0••\u00a0••9\u00a0123"
    assert masked("185062A999123") == "•\u00a0••\u00a0••\u00a0••\u00a0••9\u00a0123"


@pytest.mark.parametrize("text", ["", "1234", "185069999912", SYNTHETIC + "00"])
def test_a_mask_hides_a_text_of_another_length_whole(text: str) -> None:
    assert masked(text) == "•\u00a0••\u00a0••\u00a0••\u00a0•••\u00a0•••"


@given(synthetic_values)
def test_the_number_is_in_no_repr_and_no_error(value: str) -> None:
    nir = Nir(value)
    for shown in (repr(nir), str(nir), f"{nir}", f"{[nir]}"):
        assert value[:9] not in shown.replace("\u00a0", "")
        assert value[-4:] in shown.replace("\u00a0", "")
    wrong_month = value[:3] + "13" + value[5:]
    for call in (parse_nir, Nir, control_key):
        with pytest.raises(InvalidNir) as caught:
            call(wrong_month + "X")
        printed = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value.args)
        assert value[5:] not in printed
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None


def test_a_nir_is_a_value() -> None:
    assert Nir(SYNTHETIC) == parse_nir(SYNTHETIC)
    assert len({Nir(SYNTHETIC), parse_nir(SYNTHETIC)}) == 1
    assert pickle.loads(pickle.dumps(Nir(SYNTHETIC))) == Nir(SYNTHETIC)
