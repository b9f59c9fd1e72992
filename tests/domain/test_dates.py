"""Parsing of typed dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.domain.dates import InvalidDate, parse_date, typed_date

SEPTEMBER = date(2026, 9, 15)


@given(st.dates())
def test_a_date_shown_for_editing_is_parsed_back(day: date) -> None:
    assert parse_date(typed_date(day)) == day
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "15/09/2026",
        "15/9/2026",
        "15.09.2026",
        "15-09-2026",
        "15 09 2026",
        "15 / 09 / 2026",
        "15\u00a0/\u202f09\u00a0/ 2026",
        "15–09–2026",
        "15∕09∕2026",
        "15/09/26",
        "15.9.26",
        "15092026",
        "150926",
        "15 septembre 2026",
        "15 SEPTEMBRE 2026",
        "15 sept. 2026",
        "15-sept-26",
        "15septembre2026",
        "le 15 septembre 2026",
        "mardi 15 septembre 2026",
        "le mardi 15 septembre 2026",
        "mardi, 15 septembre 2026",
    ],
)
def test_french_dates_are_read_however_they_are_written(text: str) -> None:
    assert parse_date(text) == SEPTEMBER


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er mars 2027", date(2027, 3, 1)),
        ("1ER MARS 2027", date(2027, 3, 1)),
        ("1 er mars 27", date(2027, 3, 1)),
        ("3 février 2027", date(2027, 2, 3)),
        ("3 fevr. 2027", date(2027, 2, 3)),
        ("3 fe\u0301vrier 2027", date(2027, 2, 3)),
        ("20 août 2026", date(2026, 8, 20)),
        ("31 déc 26", date(2026, 12, 31)),
        ("9 juin 2026", date(2026, 6, 9)),
        ("9 juil. 2026", date(2026, 7, 9)),
        ("01/01/00", date(2000, 1, 1)),
        ("01/01/69", date(2069, 1, 1)),
        ("01/01/70", date(1970, 1, 1)),
        ("31/12/99", date(1999, 12, 31)),
    ],
)
def test_months_and_short_years_are_understood(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "demain",
        "15/09",
        "15 septembre",
        "septembre 2026",
        "15/09/6",
        "15/09/026",
        "31/02/2026",
        "31/02/26",
        "00/01/2026",
        "15/13/2026",
        "31022026",
        "1509202",
        "2026-13-01",
        "2026-9-15",
        "15/09/20260",
        "٠١/٠٢/٢٠٢٦",
        "01/01/0000",
        "15/09/2026\n",
        "15/\n09/2026",
        "-15/09/2026",
        "15/09/2026/",
        "15//09/2026",
        "15/09/2026 10",
        "2er mars 2027",
        "15 jui 2026",
        "15 ma 2026",
        "15 septembres 2026",
        "15 9 septembre 2026",
        "½/09/2026",
        "15/09/2026" + " " * 60,
    ],
)
def test_a_text_that_is_not_a_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidDate):
        parse_date(text)
