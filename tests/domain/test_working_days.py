"""Working days: from Monday to Friday, without the eleven public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from web.domain.working_days import easter_sunday, is_working_day


@pytest.mark.parametrize(
    "easter",
    [
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2011, 4, 24),
        date(2024, 3, 31),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ],
)
def test_easter_is_found(easter: date) -> None:
    assert easter_sunday(easter.year) == easter


def test_the_days_off_of_a_year_are_weekends_and_public_holidays() -> None:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    off = [day for day in days if not is_working_day(day) and day.weekday() < 5]
    assert off == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]
    assert not any(is_working_day(day) for day in days if day.weekday() >= 5)
