"""Declaring DIF hours, earning CPF hours, using both."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.hours.rules import (
    DifProblem,
    Feed,
    HoursSplit,
    InvalidDif,
    PartialUse,
    dif_needs_confirmation,
    next_feed,
    parse_dif,
    partial_use,
    proportion_worked,
    split_hours,
    yearly_credit,
)

hours = st.integers(0, 400)
shares = st.lists(st.fractions(0, 1, max_denominator=1607), max_size=4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("00", 0),
        ("-0", 0),
        ("7", 7),
        ("007", 7),
        (" 120 ", 120),
        ("121", 121),
        ("1000", 1000),
        ("1 000", 1000),
        ("1\u202f000", 1000),
        ("1\u00a0000 h", 1000),
        ("20h", 20),
        ("20 H", 20),
        ("20 heures", 20),
        ("1 heure", 1),
        ("20,0", 20),
        ("20,00", 20),
        ("20.00 h", 20),
        ("0" * 50 + "9", 9),
    ],
)
def test_a_number_of_dif_hours_is_read(text: str, value: int) -> None:
    assert parse_dif(text) == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", DifProblem.EMPTY),
        (" \u00a0\t", DifProblem.EMPTY),
        ("-", DifProblem.NOT_A_NUMBER),
        (".", DifProblem.NOT_A_NUMBER),
        ("vingt", DifProblem.NOT_A_NUMBER),
        ("--5", DifProblem.NOT_A_NUMBER),
        ("+5", DifProblem.NOT_A_NUMBER),
        ("1e3", DifProblem.NOT_A_NUMBER),
        ("12-5", DifProblem.NOT_A_NUMBER),
        ("20 j", DifProblem.NOT_A_NUMBER),
        (",5", DifProblem.NOT_A_NUMBER),
        ("5,", DifProblem.NOT_A_NUMBER),
        ("٢٠", DifProblem.NOT_A_NUMBER),
        ("9" * 10_000, DifProblem.NOT_A_NUMBER),
        ("-5", DifProblem.NEGATIVE),
        ("−5", DifProblem.NEGATIVE),
        ("-0,5", DifProblem.NEGATIVE),
        ("- 2000 h", DifProblem.NEGATIVE),
        ("20,5", DifProblem.NOT_WHOLE),
        ("20.05", DifProblem.NOT_WHOLE),
        ("1.000", DifProblem.NOT_WHOLE),
        ("1001,5", DifProblem.NOT_WHOLE),
        ("1001", DifProblem.TOO_LARGE),
        ("9" * 60, DifProblem.TOO_LARGE),
    ],
)
def test_another_text_is_refused_with_its_problem(text: str, problem: DifProblem) -> None:
    with pytest.raises(InvalidDif) as caught:
        parse_dif(text)
    assert caught.value.problem is problem


@given(st.text(max_size=30))
def test_any_text_is_refused_or_read_within_the_limits(text: str) -> None:
    with contextlib.suppress(InvalidDif):
        assert 0 <= parse_dif(text) <= 1000


@given(st.integers(-5000, 5000))
def test_a_whole_number_is_accepted_from_0_to_1000_exactly(number: int) -> None:
    try:
        accepted = parse_dif(str(number)) == number
    except InvalidDif:
        accepted = False
    assert accepted == (0 <= number <= 1000)


def test_confirmation_is_asked_above_120() -> None:
    assert [dif_needs_confirmation(number) for number in (0, 119, 120, 121, 1000)] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_share_of_the_year_is_exact_and_at_most_one() -> None:
    assert proportion_worked(0) == 0
    assert proportion_worked(1, 1) == 1
    assert proportion_worked(1) == Fraction(1, 1607)
    assert proportion_worked(1607) == proportion_worked(1608) == 1
    assert proportion_worked(760, 1520) == Fraction(1, 2)
    assert proportion_worked(Fraction("803.5")) == Fraction(1, 2)


@pytest.mark.parametrize(("worked", "reference"), [(-1, 1607), (1, 0), (1, -1)])
def test_impossible_hours_worked_are_a_mistake(worked: int, reference: int) -> None:
    with pytest.raises(ValueError, match="hours worked"):
        proportion_worked(worked, reference)


@pytest.mark.parametrize(
    ("so_far", "worked", "credit"),
    [
        (0, [1607], 24),
        (0, [], 0),
        (0, [0], 0),
        (0, [1], 1),
        (0, [66], 1),
        (0, [67], 2),
        (0, [803], 12),
        (0, [804], 13),
        (0, [66, 67], 2),
        (0, [33, 33], 1),
        (0, [1000, 1000], 24),
        (0, [1607, 1607], 24),
        (96, [1607], 24),
        (97, [1607], 23),
        (119, [1607], 1),
        (119, [1], 1),
        (119, [0], 0),
        (120, [1607], 12),
        (120, [1], 1),
        (120, [133], 1),
        (120, [134], 2),
        (138, [1607], 12),
        (139, [1607], 11),
        (149, [1607], 1),
        (150, [1607], 0),
        (160, [1607], 0),
    ],
)
def test_a_year_is_credited_as_the_law_says(so_far: int, worked: list[int], credit: int) -> None:
    assert yearly_credit(so_far, map(proportion_worked, worked)) == credit


def test_a_full_time_career_reaches_120_then_150_and_stops() -> None:
    totals = [0]
    for _ in range(10):
        totals.append(totals[-1] + yearly_credit(totals[-1], [Fraction(1)]))
    assert totals == [0, 24, 48, 72, 96, 120, 132, 144, 150, 150, 150]


@given(st.integers(0, 200), shares)
def test_a_credit_agrees_with_integer_arithmetic(so_far: int, worked: list[Fraction]) -> None:
    denominator = 1
    for share in worked:
        denominator *= share.denominator
    numerator = sum(share.numerator * (denominator // share.denominator) for share in worked)
    numerator = min(numerator, denominator)
    rate, limit = (24, 120) if so_far < 120 else (12, 150)
    expected = -(-rate * numerator // denominator)
    assert yearly_credit(so_far, worked) == max(0, min(expected, limit - so_far))


@given(st.integers(0, 150), shares)
def test_a_credit_never_passes_the_rate_nor_the_limit(so_far: int, worked: list[Fraction]) -> None:
    credit = yearly_credit(so_far, worked)
    assert 0 <= credit <= (24 if so_far < 120 else 12)
    assert so_far + credit <= (120 if so_far < 120 else 150)


@given(st.integers(0, 150), shares, st.fractions(0, 1, max_denominator=100))
def test_working_more_never_earns_less(so_far: int, worked: list[Fraction], more: Fraction) -> None:
    assert yearly_credit(so_far, worked) <= yearly_credit(so_far, [*worked, more])


@pytest.mark.parametrize(("so_far", "share"), [(-1, Fraction(1)), (0, Fraction(-1, 2))])
def test_negative_credits_are_a_mistake(so_far: int, share: Fraction) -> None:
    with pytest.raises(ValueError, match="negative"):
        yearly_credit(so_far, [share, Fraction(1)])


@pytest.mark.parametrize(
    ("today", "last_fed", "march", "activity"),
    [
        (date(2015, 1, 5), None, 2016, 2015),
        (date(2015, 3, 1), None, 2016, 2015),
        (date(2015, 12, 31), None, 2016, 2015),
        (date(2016, 1, 1), None, 2016, 2015),
        (date(2016, 3, 31), None, 2016, 2015),
        (date(2016, 3, 31), 2015, 2017, 2016),
        (date(2016, 4, 1), None, 2017, 2016),
        (date(2016, 4, 1), 2015, 2017, 2016),
        (date(2016, 12, 31), 2015, 2017, 2016),
        (date(2017, 2, 28), 2015, 2017, 2016),
    ],
)
def test_the_next_feed_is_in_march_for_the_year_before(
    today: date, last_fed: int | None, march: int, activity: int
) -> None:
    assert next_feed(today, last_fed) == Feed(date(march, 3, 1), activity)


@given(st.dates(date(2016, 1, 1), date(2099, 12, 31)))
def test_the_next_feed_is_under_way_or_at_most_a_year_ahead(today: date) -> None:
    feed = next_feed(today)
    assert feed.starts_on.year == feed.activity_year + 1
    assert today - timedelta(days=30) <= feed.starts_on <= today + timedelta(days=335)


@pytest.mark.parametrize(
    ("dif", "cpf", "asked", "split"),
    [
        (0, 0, 0, (0, 0, 0)),
        (0, 0, 40, (0, 0, 40)),
        (40, 100, 40, (40, 0, 0)),
        (40, 100, 41, (40, 1, 0)),
        (40, 100, 140, (40, 100, 0)),
        (40, 100, 141, (40, 100, 1)),
        (100, 100, 150, (100, 50, 0)),
        (100, 100, 151, (100, 50, 1)),
        (150, 100, 200, (150, 0, 50)),
        (200, 100, 200, (150, 0, 50)),
        (0, 200, 200, (0, 150, 50)),
    ],
)
def test_dif_comes_first_then_cpf_150_at_most(
    dif: int, cpf: int, asked: int, split: tuple[int, int, int]
) -> None:
    assert split_hours(dif, cpf, asked) == HoursSplit(*split)


@given(hours, hours, hours)
def test_a_split_is_complete_affordable_and_uses_all_it_can(dif: int, cpf: int, asked: int) -> None:
    split = split_hours(dif, cpf, asked)
    assert split.dif + split.cpf + split.other == asked
    assert 0 <= split.dif <= dif
    assert 0 <= split.cpf <= cpf
    assert split.dif + split.cpf == min(asked, dif + cpf, 150)
    assert split.cpf == 0 or split.dif == min(dif, 150)


@pytest.mark.parametrize(
    ("dif", "cpf", "followed", "use"),
    [
        (40, 60, 0, (0, 0, 40, 60)),
        (40, 60, 40, (40, 0, 0, 60)),
        (40, 60, 41, (40, 1, 0, 59)),
        (40, 60, 100, (40, 60, 0, 0)),
        (40, 60, 130, (40, 60, 0, 0)),
        (0, 0, 10, (0, 0, 0, 0)),
    ],
)
def test_hours_followed_are_debited_dif_first(
    dif: int, cpf: int, followed: int, use: tuple[int, int, int, int]
) -> None:
    assert partial_use(dif, cpf, followed) == PartialUse(*use)


@given(hours, hours, hours)
def test_giving_up_accounts_for_every_reserved_hour(dif: int, cpf: int, followed: int) -> None:
    use = partial_use(dif, cpf, followed)
    assert use.dif_debited + use.dif_released == dif
    assert use.cpf_debited + use.cpf_released == cpf
    assert use.dif_debited + use.cpf_debited == min(followed, dif + cpf)
    assert min(use.dif_debited, use.cpf_debited, use.dif_released, use.cpf_released) >= 0
    assert use.cpf_debited == 0 or use.dif_released == 0


@pytest.mark.parametrize("numbers", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_negative_hours_are_a_mistake(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        split_hours(*numbers)
    with pytest.raises(ValueError, match="negative"):
        partial_use(*numbers)
