"""Dossier numbers: generation, and parsing of any typed form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, repeat
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.dossiers import complete, draft, find
from web.core.clock import Randomness
from web.core.runtime import Runtime
from web.dossiers.numbers import new_number, parse_number


@given(st.binary(min_size=8, max_size=8), st.dates(date(2015, 1, 1), date(2099, 12, 31)))
def test_a_number_is_read_back(drawn: bytes, today: date) -> None:
    number = new_number(Randomness(lambda size: drawn), today)
    assert parse_number(number) == number
    assert number.startswith(f"D{today.year % 100:02}-")


@pytest.mark.parametrize(
    "typed",
    [
        "D26-104-583-207",
        "d26-104-583-207",
        " D26 104 583 207 ",
        "26104583207",
        "D26\u00a0104\u2011583.207",
    ],
)
def test_spaces_dashes_and_case_are_forgiven(typed: str) -> None:
    assert parse_number(typed) == "D26-104-583-207"


@pytest.mark.parametrize(
    "typed", ["", "D26-104-583", "E26-104-583-207", "D26-104-583-2071", "D" * 99]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert parse_number(typed) is None


async def test_a_number_that_is_taken_is_drawn_again(
    runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    def drawn(values: Iterator[int]) -> Runtime:
        def draw(size: int) -> bytes:
            # Ids have 16 bytes and are drawn as usual; numbers have 8.
            return runtime.randomness.bytes(size) if size != 8 else next(values).to_bytes(8)

        return replace(runtime, randomness=Randomness(draw))

    first = await draft(drawn(repeat(7)), person_id, complete(organisme_id))
    second = await draft(drawn(chain([7, 7, 7], repeat(8))), person_id, complete(organisme_id))
    year = f"D{runtime.clock.today().year % 100}"
    assert (await find(runtime, first)).number == f"{year}-000-000-007"
    assert (await find(runtime, second)).number == f"{year}-000-000-008"
