"""Délégations: their dates and their status."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.delegation import FURTHEST_START, LONGEST, Period, PeriodProblem, Stage

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
periods = st.builds(
    lambda start, length: Period(start, None if length is None else start + length * DAY),
    days,
    st.none() | st.integers(0, 4000),
)


@given(periods, days)
def test_a_period_is_to_come_then_live_then_ended(period: Period, today: date) -> None:
    stage = period.stage(today, revoked=False)
    if today < period.starts_on:
        assert stage is Stage.TO_COME
    elif period.ends_on is None or today <= period.ends_on:
        assert stage is Stage.LIVE
    else:
        assert stage is Stage.ENDED
    assert period.stage(today, revoked=True) is Stage.REVOKED


@given(periods, periods)
def test_two_periods_overlap_when_a_day_is_in_both(one: Period, other: Period) -> None:
    latest_start = max(one.starts_on, other.starts_on)
    in_both = all(
        period.stage(latest_start, revoked=False) is Stage.LIVE for period in (one, other)
    )
    assert one.overlaps(other) is in_both
    assert other.overlaps(one) is in_both


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "problem"),
    [
        (TODAY, None, None),
        (TODAY, TODAY, None),
        (TODAY - DAY, TODAY, None),
        (TODAY - DAY, None, None),
        (TODAY - 2 * DAY, None, PeriodProblem.STARTED),
        (TODAY - DAY, TODAY - DAY, PeriodProblem.ENDED),
        (TODAY, TODAY - DAY, PeriodProblem.ENDS_BEFORE),
        (TODAY + 3 * DAY, TODAY + 2 * DAY, PeriodProblem.ENDS_BEFORE),
        (TODAY + FURTHEST_START, None, None),
        (TODAY + FURTHEST_START + DAY, None, PeriodProblem.TOO_FAR),
        (TODAY, TODAY + LONGEST, None),
        (TODAY, TODAY + LONGEST + DAY, PeriodProblem.TOO_LONG),
    ],
)
def test_the_periods_that_can_be_granted_today(
    starts_on: date, ends_on: date | None, problem: PeriodProblem | None
) -> None:
    assert Period(starts_on, ends_on).problem(TODAY) is problem
