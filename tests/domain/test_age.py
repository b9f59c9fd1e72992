"""The age derived from a NIR, and the minimum age to register."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.age import Admission, AgeInterval, admission, age_interval
from web.domain.nir import Nir


def nir_of(year: int, month: int) -> Nir:
    return Nir(f"2{year % 100:02d}{month:02d}99999123")


def age_on(born: date, today: date) -> int:
    """Count birthdays one by one: slow but obviously right."""
    age = 0
    while (born.year + age + 1, born.month, born.day) <= (today.year, today.month, today.day):
        age += 1
    return age


days = st.dates(date(2015, 1, 1), date(2099, 12, 31))
known_months = st.integers(1, 12)
unknown_months = st.sampled_from([20, 42, 50, 99])


@given(days, st.integers(1, 99), known_months)
def test_with_a_known_month_the_bounds_are_the_ages_of_its_first_and_last_day(
    today: date, years_ago: int, month: int
) -> None:
    year = today.year - years_ago
    last = calendar.monthrange(year, month)[1]
    assert age_interval(nir_of(year, month), today) == AgeInterval(
        minimum=age_on(date(year, month, last), today),
        maximum=age_on(date(year, month, 1), today),
    )


@given(days, st.integers(1, 99), unknown_months)
def test_with_an_unknown_month_the_bounds_are_those_of_the_whole_year(
    today: date, years_ago: int, month: int
) -> None:
    year = today.year - years_ago
    assert age_interval(nir_of(year, month), today) == AgeInterval(
        minimum=age_on(date(year, 12, 31), today),
        maximum=age_on(date(year, 1, 1), today),
    )


@given(days, st.integers(0, 99), st.one_of(known_months, unknown_months))
def test_an_interval_spans_at_most_one_year_and_is_never_negative(
    today: date, digits: int, month: int
) -> None:
    age = age_interval(nir_of(digits, month), today)
    assert 0 <= age.minimum <= age.maximum <= 99
    assert age.maximum - age.minimum <= 1


@pytest.mark.parametrize(
    ("digits", "today", "age"),
    [
        (25, date(2025, 12, 31), 0),
        (26, date(2025, 12, 31), 99),
        (26, date(2026, 12, 31), 0),
        (0, date(2015, 12, 31), 15),
        (99, date(2015, 12, 31), 16),
        (16, date(2015, 12, 31), 99),
    ],
)
def test_the_year_is_the_most_recent_that_is_not_in_the_future(
    digits: int, today: date, age: int
) -> None:
    assert age_interval(nir_of(digits, 1), today) == AgeInterval(age, age)


def test_a_month_still_to_come_this_year_leaves_a_newborn() -> None:
    assert age_interval(nir_of(2025, 12), date(2025, 3, 10)) == AgeInterval(0, 0)


@pytest.mark.parametrize(
    ("today", "interval", "verdict"),
    [
        (date(2025, 5, 31), AgeInterval(14, 14), Admission.REFUSED),
        (date(2025, 6, 1), AgeInterval(14, 15), Admission.NEEDS_APPRENTICESHIP),
        (date(2025, 6, 29), AgeInterval(14, 15), Admission.NEEDS_APPRENTICESHIP),
        (date(2025, 6, 30), AgeInterval(15, 15), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 5, 31), AgeInterval(15, 15), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 6, 1), AgeInterval(15, 16), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 6, 29), AgeInterval(15, 16), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 6, 30), AgeInterval(16, 16), Admission.ACCEPTED),
        (date(2026, 7, 1), AgeInterval(16, 16), Admission.ACCEPTED),
    ],
)
def test_someone_born_in_june_2010_is_admitted_step_by_step(
    today: date, interval: AgeInterval, verdict: Admission
) -> None:
    nir = nir_of(2010, 6)
    assert age_interval(nir, today) == interval
    assert admission(nir, today) is verdict


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (date(2024, 12, 31), Admission.REFUSED),
        (date(2025, 1, 1), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 1, 1), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 12, 30), Admission.NEEDS_APPRENTICESHIP),
        (date(2026, 12, 31), Admission.ACCEPTED),
    ],
)
def test_someone_born_in_2010_of_an_unknown_month_waits_for_the_whole_year(
    today: date, verdict: Admission
) -> None:
    assert admission(nir_of(2010, 30), today) is verdict


def test_february_of_a_leap_year_ends_on_the_29th() -> None:
    nir = nir_of(2012, 2)
    assert age_interval(nir, date(2028, 2, 28)) == AgeInterval(15, 16)
    assert age_interval(nir, date(2028, 2, 29)) == AgeInterval(16, 16)
    assert age_interval(nir, date(2027, 2, 28)) == AgeInterval(14, 15)
    assert age_interval(nir, date(2027, 3, 1)) == AgeInterval(15, 15)


@given(days, st.integers(1, 98), st.one_of(known_months, unknown_months))
def test_admission_never_goes_back_from_one_day_to_the_next(
    today: date, years_ago: int, month: int
) -> None:
    order = [Admission.REFUSED, Admission.NEEDS_APPRENTICESHIP, Admission.ACCEPTED]
    nir = nir_of(today.year - years_ago, month)
    tomorrow = today + timedelta(days=1)
    assert order.index(admission(nir, today)) <= order.index(admission(nir, tomorrow))
