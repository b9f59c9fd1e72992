"""The end of the DIF: the hours available before and after it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from web.domain.hours.dif_end import LAST_DAY_OF_THE_LAW, DifEnd

LAST = date(2020, 12, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("today", "has_come"),
    [
        (LAST - DAY, False),
        (LAST, False),
        (LAST + DAY, True),
        (date(2026, 11, 29), True),
    ],
)
def test_the_last_day_still_counts(today: date, has_come: bool) -> None:
    end = DifEnd.on(LAST, today)
    assert end == DifEnd(LAST, has_come)
    assert (end.usable(80), end.ended(80)) == ((0, 80) if has_come else (80, 0))


def test_without_a_last_day_there_is_no_end() -> None:
    end = DifEnd.on(None, date(9999, 12, 31))
    assert end == DifEnd()
    assert (end.usable(80), end.ended(80)) == (80, 0)


@pytest.mark.parametrize("has_come", [False, True])
def test_a_balance_below_zero_leaves_nothing_and_loses_nothing(has_come: bool) -> None:
    end = DifEnd(LAST, has_come)
    assert (end.usable(-5), end.ended(-5)) == (0, 0)


@pytest.mark.parametrize(
    ("is_declared", "has_come", "awaited"),
    [
        (False, False, True),
        (True, False, False),
        (False, True, False),
        (True, True, False),
    ],
)
def test_a_declaration_is_awaited_only_while_it_would_be_of_use(
    is_declared: bool, has_come: bool, awaited: bool
) -> None:
    assert DifEnd(LAST, has_come).awaits_declaration(is_declared=is_declared) is awaited


def test_pages_tell_the_law_s_day_unless_another_is_set() -> None:
    assert DifEnd().announced == LAST_DAY_OF_THE_LAW == LAST
    assert DifEnd().is_of_the_law
    other = DifEnd(LAST + DAY)
    assert (other.announced, other.is_of_the_law) == (LAST + DAY, False)
