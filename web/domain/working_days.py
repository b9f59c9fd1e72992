"""Working days in France: Monday to Friday, except public holidays (Code du travail, L3133-1)."""

from __future__ import annotations

from datetime import date, timedelta

# Month and day.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
# Days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
AFTER_EASTER = (1, 39, 50)
SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Return whether offices are open on that day, holidays of one region or overseas aside."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in FIXED_HOLIDAYS:
        return False
    return (day - easter_sunday(day.year)).days not in AFTER_EASTER


def easter_sunday(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar, by the algorithm of Meeus and Butcher."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quarter, left = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - left) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, 1) + timedelta(days=day)
