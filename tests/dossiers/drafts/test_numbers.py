"""Dossier numbers: their form, and their uniqueness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, repeat
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.support.training.dossiers import complete, draft, find
from web.core.clock import Randomness
from web.core.runtime import Runtime
from web.dossiers.drafts.rules import new_number


@given(st.binary(min_size=8, max_size=8), st.dates(date(2015, 1, 1), date(2099, 12, 31)))
def test_a_number_is_the_year_and_nine_digits(drawn: bytes, today: date) -> None:
    number = new_number(Randomness(lambda size: drawn), today)
    assert re.fullmatch(rf"D{today.year % 100:02}(-[0-9]{{3}}){{3}}", number)


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
