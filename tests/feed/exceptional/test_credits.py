"""A file of exceptional credits becomes CPF hours: all or nothing, once, by reference."""

from __future__ import annotations

import pytest

from tests.support.db.rows import count, run, value
from tests.support.programs.reporter import RecordingReporter
from tests.support.text.spaces import plain
from tests.support.titulaires.people import synthetic_nir
from tests.support.training.feeding import EMPLOYERS, Credit, credited, feed, feed_credits
from web.core.db.bulk import EmptyFileError, RefusedFileError
from web.core.runtime import Runtime
from web.people.identity import nir_digest

NIR, OTHER = synthetic_nir(1), synthetic_nir(2)
FULL = 1607
REGION = "la région Bretagne"


def credit(nir: str = NIR, hours: object = 40, reference: str = "R-1", **others: str) -> Credit:
    """A line of the file."""
    kind = others.get("kind", "abondement-region")
    granted_on = others.get("granted_on", "2016-05-02")
    return (nir, kind, hours, granted_on, others.get("granted_by", REGION), reference)


async def ledger(runtime: Runtime) -> list[tuple[str, int, str]]:
    """The kind, hours and reference of the movements of exceptional credits, in order."""
    rows = await runtime.db.fetch(
        """
        SELECT kind, hours, credit_reference FROM movement
        WHERE credit_reference IS NOT NULL ORDER BY id
        """
    )
    return [tuple(row.values()) for row in rows]


async def balance(runtime: Runtime, nir: str = NIR) -> int:
    """The free CPF hours of a person."""
    sum_of = (
        "SELECT cpf::int FROM hours_balance JOIN person ON id = person_id WHERE nir_digest = $1"
    )
    found: int = await value(runtime, sum_of, nir_digest(runtime.hasher, nir))
    return found


async def reserve(runtime: Runtime, hours: int) -> None:
    """Reserve hours of the only person."""
    await run(
        runtime,
        "INSERT INTO movement (person_id, balance, kind, hours, reserved) "
        "SELECT id, 'cpf', 'reserved', -$1::int, $1::int FROM person",
        hours,
    )


async def test_the_same_file_twice_changes_nothing(runtime: Runtime) -> None:
    lines = [credit(), credit(reference="R-2", hours=10), credit(OTHER, reference="R-3")]
    first = await feed_credits(runtime, lines)
    second = await feed_credits(runtime, reversed(lines))
    assert (first.lines, first.people, first.changes, first.credits) == (3, 2, 3, 3)
    assert (second.lines, second.people, second.changes, second.credits) == (3, 2, 0, 0)
    assert first.corrections == second.corrections == 0
    assert await count(runtime, "movement") == await count(runtime, "exceptional_credit") == 3
    assert (await balance(runtime), await balance(runtime, OTHER)) == (50, 40)


async def test_other_hours_for_a_reference_make_a_correcting_movement(runtime: Runtime) -> None:
    for hours in (40, 30, 55, 55):
        outcome = await feed_credits(runtime, [credit(hours=hours)])
    assert (outcome.changes, outcome.credits, outcome.corrections) == (0, 0, 0)
    assert await ledger(runtime) == [
        ("exceptional_credit", 40, "R-1"),
        ("correction", -10, "R-1"),
        ("correction", 25, "R-1"),
    ]


async def test_a_credit_is_withdrawn_by_a_line_of_0_hours_and_may_be_granted_again(
    runtime: Runtime,
) -> None:
    for hours in (40, 0, 0, 40):
        await feed_credits(runtime, [credit(hours=hours)])
    assert [hours for _, hours, _ in await ledger(runtime)] == [40, -40, 40]
    assert await balance(runtime) == 40


async def test_a_credit_of_0_hours_from_the_start_makes_no_movement(runtime: Runtime) -> None:
    outcome = await feed_credits(runtime, [credit(hours=0)])
    assert (outcome.changes, outcome.credits, outcome.corrections) == (1, 0, 0)
    assert await ledger(runtime) == []
    await feed_credits(runtime, [credit(hours=12)])
    assert await ledger(runtime) == [("exceptional_credit", 12, "R-1")]


async def test_another_description_is_kept_without_a_movement(runtime: Runtime) -> None:
    await feed_credits(runtime, [credit()])
    changed = credit(kind="abondement-opca", granted_by="Opcalys", granted_on="2017-01-02")
    outcome = await feed_credits(runtime, [changed])
    assert (outcome.changes, outcome.credits, outcome.corrections) == (1, 0, 0)
    row = await runtime.db.fetchrow("SELECT kind, granted_by FROM exceptional_credit")
    assert row is not None
    assert tuple(row.values()) == ("abondement-opca", "Opcalys")
    assert len(await ledger(runtime)) == 1


async def test_hours_in_use_are_not_taken_back_until_a_later_file_can(runtime: Runtime) -> None:
    await feed_credits(runtime, [credit()])
    await reserve(runtime, 30)
    outcome = await feed_credits(runtime, [credit(hours=0)])
    assert (outcome.corrections, outcome.kept) == (1, 30)
    assert await balance(runtime) == 0
    await feed_credits(runtime, [credit(reference="R-2", hours=100)])
    assert await ledger(runtime) == [
        ("exceptional_credit", 40, "R-1"),
        ("correction", -10, "R-1"),
        ("exceptional_credit", 100, "R-2"),
        ("correction", -30, "R-1"),
    ]
    assert await balance(runtime) == 70


async def test_either_file_takes_back_what_the_other_could_not(runtime: Runtime) -> None:
    await feed_credits(runtime, [credit(hours=20)])
    await reserve(runtime, 20)
    await feed_credits(runtime, [credit(hours=0)])
    await feed(runtime, [(NIR, 2015, EMPLOYERS[0], FULL, "")])
    assert await balance(runtime) == 4
    assert await credited(runtime, NIR) == {2015: 24}
    await feed(runtime, [(NIR, 2015, EMPLOYERS[0], 0, "")])
    assert await credited(runtime, NIR) == {2015: 20}
    await feed_credits(runtime, [credit(reference="R-2", hours=50)])
    assert await credited(runtime, NIR) == {2015: 0}
    assert await balance(runtime) == 30


async def test_two_excess_credits_of_a_person_never_bring_the_balance_below_0(
    runtime: Runtime,
) -> None:
    granted = [credit(reference=f"R-{number}", hours=10) for number in range(5)]
    await feed_credits(runtime, granted)
    await reserve(runtime, 25)
    outcome = await feed_credits(runtime, [(*one[:2], 0, *one[3:]) for one in granted])
    assert outcome.kept == 25
    heights = await runtime.db.fetch("SELECT sum(hours) OVER (ORDER BY id) FROM movement")
    assert min(int(row["sum"]) for row in heights) == await balance(runtime) == 0


async def test_corrections_of_one_sort_of_credit_leave_the_other_alone(runtime: Runtime) -> None:
    years = range(2015, 2022)
    await feed(runtime, [(NIR, year, EMPLOYERS[0], FULL, "") for year in years])
    before = await credited(runtime, NIR)
    await feed_credits(runtime, [credit(hours=100)])
    await feed_credits(runtime, [credit(hours=60)])
    assert await credited(runtime, NIR) == before
    await feed(runtime, [(NIR, 2015, EMPLOYERS[0], 0, "")])
    await feed(runtime, [(NIR, 2022, EMPLOYERS[0], FULL, "")])
    found = await credited(runtime, NIR)
    assert [found[year] for year in (2015, 2021, 2022)] == [0, 12, 12]
    assert sum(hours for _, hours, _ in await ledger(runtime)) == 60
    assert await balance(runtime) == sum(found.values()) + 60


async def test_exceptional_hours_do_not_count_toward_150(runtime: Runtime) -> None:
    await feed_credits(runtime, [credit(kind="correctif", hours=130)])
    await feed(runtime, [(NIR, year, EMPLOYERS[0], FULL, "") for year in range(2015, 2025)])
    assert sum((await credited(runtime, NIR)).values()) == 150
    assert await balance(runtime) == 280


async def test_one_bad_line_and_nothing_is_applied(runtime: Runtime) -> None:
    reporter = RecordingReporter()
    with pytest.raises(RefusedFileError):
        await feed_credits(runtime, [credit(), credit(hours=-1, reference="R-2")], reporter)
    assert [number for number, _ in reporter.refusals] == [2]
    for table in ("person", "exceptional_credit", "movement"):
        assert await count(runtime, table) == 0


async def test_a_reference_twice_in_a_file_is_refused(runtime: Runtime) -> None:
    reporter = RecordingReporter()
    lines = [credit(), credit(reference="R-2"), credit(), credit(OTHER)]
    with pytest.raises(RefusedFileError):
        await feed_credits(runtime, lines, reporter)
    same = "reference : même référence que la ligne 1"
    assert [(line, plain(reason)) for line, reason in reporter.refusals] == [(3, same), (4, same)]


async def test_the_reference_of_another_person_s_credit_is_refused(runtime: Runtime) -> None:
    await feed_credits(runtime, [credit()])
    reporter = RecordingReporter()
    with pytest.raises(RefusedFileError):
        await feed_credits(
            runtime, [credit(OTHER, hours=0), credit(OTHER), credit(reference="R-2")], reporter
        )
    (_, taken), (_, repeated) = reporter.refusals
    assert [line for line, _ in reporter.refusals] == [1, 2], "one reason for each line"
    assert "une autre personne" in taken
    assert "que la ligne 1" in repeated
    assert len(await ledger(runtime)) == 1


async def test_a_file_without_a_credit_is_refused(runtime: Runtime) -> None:
    with pytest.raises(EmptyFileError):
        await feed_credits(runtime, [])


async def test_only_the_digest_of_a_nir_is_in_the_database(runtime: Runtime) -> None:
    await feed_credits(runtime, [credit()])
    rows = await runtime.db.fetch("SELECT c::text AS row FROM exceptional_credit c")
    rows += await runtime.db.fetch("SELECT m::text AS row FROM movement m")
    assert len(rows) == 2
    assert all(NIR not in row["row"] for row in rows)


async def test_a_large_file_is_applied_then_corrected(runtime: Runtime) -> None:
    nirs = [synthetic_nir(number) for number in range(3000)]
    granted = [credit(nir, reference=f"{nir[-6:]}-{turn}") for turn in (1, 2) for nir in nirs]
    outcome = await feed_credits(runtime, granted)
    assert (outcome.lines, outcome.people, outcome.credits) == (6000, 3000, 6000)
    corrected = [(*one[:2], 35, *one[3:]) for one in granted[::2]]
    outcome = await feed_credits(runtime, corrected)
    assert (outcome.changes, outcome.corrections, outcome.kept) == (3000, 3000, 0)
    assert await value(runtime, "SELECT sum(hours)::int FROM movement") == 3000 * (40 + 35)
