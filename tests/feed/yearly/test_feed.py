"""A file of hours worked becomes CPF hours: all or nothing, once, in any order."""

from __future__ import annotations

import random
from collections import defaultdict
from fractions import Fraction

import pytest

from tests.support.db.rows import count
from tests.support.programs.reporter import RecordingReporter
from tests.support.titulaires.people import synthetic_nir
from tests.support.training.feeding import EMPLOYERS, Line, credited, feed
from web.core.db.bulk import RefusedFileError
from web.core.runtime import Runtime
from web.domain.hours.rules import proportion_worked, yearly_credit
from web.people.identity import nir_digest

A, B, C = EMPLOYERS
NIR = synthetic_nir(1)
FULL = 1607
Known = dict[tuple[str, int, str], tuple[str, int]]


def expected(known: Known) -> dict[str, dict[int, int]]:
    """The domain rule applied to the known hours, year by year."""
    shares: dict[str, dict[int, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for (nir, year, _), (worked, reference) in known.items():
        whole, _, part = worked.partition(".")
        hundredths = int(whole) * 100 + int(part.ljust(2, "0"))
        shares[nir][year].append(proportion_worked(hundredths, reference * 100))
    credits: dict[str, dict[int, int]] = {}
    for nir, years in shares.items():
        credits[nir] = {}
        for year in sorted(years):
            so_far = sum(credits[nir].values())
            credits[nir][year] = yearly_credit(so_far, years[year])
    return credits


def generated(pick: random.Random, people: int, lines: int) -> Known:
    """Shuffled lines: several employers, references with few common factors, mostly edge cases."""
    known: Known = {}
    while len(known) < lines:
        key = (
            synthetic_nir(pick.randrange(people)),
            pick.randint(2015, 2025),
            pick.choice(EMPLOYERS),
        )
        reference = pick.choice((FULL, FULL, 1820, 1600, 1, 7, 1511, 8783))
        hundredths = pick.choice(
            (0, 1, 100 * reference, pick.randrange(100 * reference), pick.randrange(40_000))
        )
        hundredths = min(hundredths, 878_400)
        known[key] = (f"{hundredths // 100}.{hundredths % 100:02}", reference)
    return known


def lines_of(known: Known) -> list[Line]:
    return [(*key, *values) for key, values in known.items()]


async def test_the_database_credits_what_the_domain_says_whatever_the_files(
    runtime: Runtime,
) -> None:
    pick, known, people = random.Random(2015), {}, 250
    for _ in range(5):
        file = generated(pick, people, 900)
        known.update(file)
        await feed(runtime, lines_of(file))
        for nir, years in expected(known).items():
            found = await credited(runtime, nir)
            assert found == years
            assert sum(found.values()) <= 150
    totals = [sum(years.values()) for years in expected(known).values()]
    assert 150 in totals
    assert any(total < 120 for total in totals)


async def test_the_order_of_lines_and_files_changes_nothing(runtime: Runtime) -> None:
    pick = random.Random(7)
    lines = lines_of(generated(pick, 1, 33))
    moved = [(synthetic_nir(500), *line[1:]) for line in lines]
    await feed(runtime, lines)
    pick.shuffle(moved)
    for start in range(0, len(moved), 4):
        await feed(runtime, moved[start : start + 4])
    assert await credited(runtime, lines[0][0]) == await credited(runtime, moved[0][0]) != {}


async def test_the_same_file_twice_changes_nothing(runtime: Runtime) -> None:
    lines: list[Line] = [(NIR, 2015, A, 800, ""), (NIR, 2015, B, 400, 1600), (NIR, 2016, A, 0, "")]
    first = await feed(runtime, lines)
    before = await count(runtime, "movement")
    second = await feed(runtime, reversed(lines))
    assert (first.people, first.changes, first.credits, first.corrections) == (1, 3, 2, 0)
    assert (second.people, second.changes, second.credits, second.corrections) == (1, 0, 0, 0)
    assert await count(runtime, "movement") == before == 2


async def test_a_corrected_file_replaces_by_a_correcting_movement(runtime: Runtime) -> None:
    await feed(runtime, [(NIR, 2015, A, FULL, ""), (NIR, 2016, A, FULL, "")])
    outcome = await feed(runtime, [(NIR, 2015, A, 803.5, "")])
    assert (outcome.credits, outcome.corrections) == (0, 1)
    rows = await runtime.db.fetch("SELECT kind, year, hours FROM movement ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("cpf_yearly_credit", 2015, 24),
        ("cpf_yearly_credit", 2016, 24),
        ("correction", 2015, -12),
    ]


async def test_another_employer_of_the_same_year_adds_and_rounds_up_once(runtime: Runtime) -> None:
    await feed(runtime, [(NIR, 2015, A, 33, "")])
    assert await credited(runtime, NIR) == {2015: 1}
    await feed(runtime, [(NIR, 2015, B, 33, "")])
    assert await credited(runtime, NIR) == {2015: 1}
    await feed(runtime, [(NIR, 2015, C, 1, "")])
    assert await credited(runtime, NIR) == {2015: 2}


async def test_a_year_that_comes_late_moves_the_years_after_it(runtime: Runtime) -> None:
    await feed(runtime, [(NIR, year, A, FULL, "") for year in range(2016, 2024)])
    assert list((await credited(runtime, NIR)).values()) != []
    await feed(runtime, [(NIR, 2015, A, FULL, "")])
    found = await credited(runtime, NIR)
    assert [found[year] for year in range(2015, 2024)] == [24, 24, 24, 24, 24, 12, 12, 6, 0]


async def test_hours_in_use_are_not_taken_back_until_the_next_feed_can(runtime: Runtime) -> None:
    await feed(runtime, [(NIR, 2015, A, FULL, "")])
    async with runtime.db.transaction() as connection:
        await connection.execute(
            """
            INSERT INTO movement (person_id, balance, kind, hours, reserved)
            SELECT id, 'cpf', 'reserved', -20, 20 FROM person
            """
        )
    await feed(runtime, [(NIR, 2015, A, 0, "")])
    assert await credited(runtime, NIR) == {2015: 20}
    await feed(runtime, [(NIR, 2016, A, FULL, "")])
    assert await credited(runtime, NIR) == {2015: 0, 2016: 24}
    heights = await runtime.db.fetch("SELECT sum(hours) OVER (ORDER BY id) FROM movement")
    assert [int(row["sum"]) for row in heights] == [24, 4, 0, 24, 4]


async def test_exceptional_credits_do_not_count_toward_the_limits(runtime: Runtime) -> None:
    await feed(runtime, [(NIR, year, A, FULL, "") for year in range(2015, 2022)])
    async with runtime.db.transaction() as connection:
        await connection.execute(
            "INSERT INTO movement (person_id, balance, kind, hours) "
            "SELECT id, 'cpf', 'exceptional_credit', 100 FROM person"
        )
    await feed(runtime, [(NIR, 2022, A, FULL, "")])
    assert (await credited(runtime, NIR))[2022] == 6


async def test_one_bad_line_and_nothing_is_applied(runtime: Runtime) -> None:
    reporter = RecordingReporter()
    lines: list[Line] = [(synthetic_nir(number), 2015, A, FULL, "") for number in range(50)]
    with pytest.raises(RefusedFileError) as caught:
        await feed(runtime, [*lines, (NIR, 2015, A, -1, "")], reporter)
    assert caught.value.count == 1
    assert [number for number, _ in reporter.refusals] == [51]
    for table in ("person", "hours_worked", "movement"):
        assert await count(runtime, table) == 0


async def test_a_line_that_repeats_another_is_refused_even_with_the_same_hours(
    runtime: Runtime,
) -> None:
    reporter = RecordingReporter()
    line: Line = (NIR, 2015, A, 100, "")
    with pytest.raises(RefusedFileError):
        await feed(
            runtime, [line, (NIR, 2016, A, 100, ""), line, (NIR, 2015, A, 200, "")], reporter
        )
    assert [number for number, _ in reporter.refusals] == [3, 4]
    assert "que la ligne 1" in reporter.refusals[0][1]


async def test_only_the_digest_of_a_nir_is_in_the_database(runtime: Runtime) -> None:
    await feed(runtime, [(NIR, 2015, A, 100, "")])
    async with runtime.db.connection() as connection:
        digests = [row["nir_digest"] for row in await connection.fetch("SELECT * FROM person")]
        kept = await connection.fetch("SELECT h::text AS row FROM hours_worked h")
        kept += await connection.fetch("SELECT m::text AS row FROM movement m")
    assert digests == [nir_digest(runtime.hasher, NIR)]
    assert all(NIR not in row["row"] for row in kept)
