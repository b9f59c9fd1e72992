"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.dates import InvalidDate, parse_date, typed_date

SEPTEMBER = date(2026, 9, 15)


@given(st.dates())
def test_what_is_shown_to_be_edited_is_read_back(day: date) -> None:
    assert parse_date(typed_date(day)) == day
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["15/09/2026", "15/9/2026", "15.09.2026", "15-09-2026", "15 09 2026", "15 / 09 / 2026"]
)
def test_french_dates_are_read_however_they_are_cut(text: str) -> None:
    assert parse_date(text) == SEPTEMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demain",
        "15/09",
        "15/09/26",
        "31/02/2026",
        "00/01/2026",
        "15/13/2026",
        "2026-13-01",
        "2026-9-15",
        "15/09/20260",
        "٠١/٠٢/٢٠٢٦",
        "01/01/0000",
        "15/09/2026\n",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        parse_date(text)
