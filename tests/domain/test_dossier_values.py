"""Parsing of typed hours and euros."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.dossier_values import (
    InvalidValue,
    ValueProblem,
    is_plausible,
    parse_cost,
    parse_duration,
)


@pytest.mark.parametrize("typed", ["35", " 35 ", "35 h", "35h", "35 heures", "35,0", "35 h 00"])
def test_whole_hours_are_read_however_they_are_written(typed: str) -> None:
    assert parse_duration(typed) == 35


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", ValueProblem.NOT_A_NUMBER),
        ("beaucoup", ValueProblem.NOT_A_NUMBER),
        ("35 jours", ValueProblem.NOT_A_NUMBER),
        ("9" * 65, ValueProblem.NOT_A_NUMBER),
        ("-5", ValueProblem.NEGATIVE),
        ("−5", ValueProblem.NEGATIVE),
        ("12,5", ValueProblem.NOT_WHOLE),
        ("12 h 30", ValueProblem.NOT_WHOLE),
        ("0", ValueProblem.TOO_SMALL),
        ("10 000", ValueProblem.TOO_LARGE),
    ],
)
def test_a_refused_duration_says_why(typed: str, problem: ValueProblem) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_duration(typed)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("typed", "cost"),
    [
        ("1234,56", "1234.56"),
        ("1 234,5 €", "1234.50"),
        ("1\u202f234.56", "1234.56"),
        ("800 euros", "800"),
        ("0", "0"),
        ("9 999 999,99", "9999999.99"),
    ],
)
def test_euros_are_read_with_a_comma_or_a_point(typed: str, cost: str) -> None:
    assert parse_cost(typed) == Decimal(cost)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", ValueProblem.NOT_A_NUMBER),
        ("cher", ValueProblem.NOT_A_NUMBER),
        ("12,", ValueProblem.NOT_A_NUMBER),
        ("-12", ValueProblem.NEGATIVE),
        ("1.234", ValueProblem.TOO_PRECISE),
        ("10000000", ValueProblem.TOO_LARGE),
    ],
)
def test_a_refused_cost_says_why(typed: str, problem: ValueProblem) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_cost(typed)
    assert refused.value.problem is problem


@given(st.text())
def test_any_number_is_parsed_or_refused(typed: str) -> None:
    for parse, least in ((parse_duration, 1), (parse_cost, 0)):
        try:
            assert parse(typed) >= least
        except InvalidValue:
            continue


def test_a_year_that_was_mistyped_is_not_plausible() -> None:
    assert is_plausible(date(2027, 3, 1))
    assert not is_plausible(date(207, 3, 1))
    assert not is_plausible(date(2207, 3, 1))
