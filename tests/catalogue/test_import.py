"""Import of a catalogue: all or nothing, by version, during searches."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.rows import column, value
from tests.support.programs.reporter import RecordingReporter
from tests.support.training.importing import as_file, import_lines, line
from web.catalogue.import_service import LAST_STEP, apply_catalogue, has_catalogue
from web.catalogue.queries import find_formation, search
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import (
    AlreadyRunningError,
    EmptyFileError,
    RefusedFileError,
    bulk_connection,
    try_lock,
)
from web.core.runtime import Runtime

FIRST = [line(number, f"Menuisier {number}", region="Bretagne") for number in range(1, 41)]
SECOND = [line(number, "Menuisier du bois", rncp="12") for number in range(21, 61)]
CODES = "SELECT code_cpf FROM formation ORDER BY length(code_cpf), code_cpf"
TABLES = ("catalogue_version", "certification", "formation", "catalogue_word")


async def counts(runtime: Runtime) -> list[int]:
    return [await value(runtime, f"SELECT count(*) FROM {table}") for table in TABLES]


async def test_a_file_replaces_the_catalogue_and_nothing_is_left_of_the_earlier_one(
    runtime: Runtime,
) -> None:
    outcome = await import_lines(runtime, FIRST)
    assert (outcome.codes, outcome.certifications, outcome.changed) == (40, 40, True)
    assert await counts(runtime) == [1, 40, 40, 42]
    outcome = await import_lines(runtime, SECOND)
    assert (outcome.codes, outcome.certifications, outcome.changed) == (40, 1, True)
    assert await counts(runtime) == [1, 1, 40, 3]
    assert await column(runtime, CODES) == [str(number) for number in range(21, 61)]


async def test_the_same_file_again_changes_nothing(runtime: Runtime) -> None:
    await import_lines(runtime, FIRST)
    version = await value(runtime, "SELECT max(id) FROM catalogue_version")
    outcome = await import_lines(runtime, FIRST)
    assert (outcome.codes, outcome.changed) == (40, False)
    assert await value(runtime, "SELECT max(id) FROM catalogue_version") == version
    await import_lines(runtime, SECOND)
    assert (await import_lines(runtime, FIRST)).changed


async def test_one_bad_line_and_nothing_is_applied(runtime: Runtime) -> None:
    await import_lines(runtime, FIRST)
    reporter = RecordingReporter()
    with pytest.raises(RefusedFileError) as caught:
        await import_lines(runtime, [*SECOND, line("x", "Menuisier")], reporter)
    assert (caught.value.count, [number for number, _ in reporter.refusals]) == (1, [42])
    assert await counts(runtime) == [1, 40, 40, 42]


async def test_a_code_that_an_earlier_line_has_is_refused(runtime: Runtime) -> None:
    reporter = RecordingReporter()
    with pytest.raises(RefusedFileError):
        await import_lines(
            runtime, [line(1, "A bon"), line(2, "B bon"), line(1, "C bon")], reporter
        )
    assert reporter.refusals == [(4, "code_cpf\u00a0: déjà à la ligne 2")]
    assert not await has_catalogue(runtime.settings.direct_url)


async def test_a_file_of_nothing_does_not_empty_the_catalogue(runtime: Runtime) -> None:
    await import_lines(runtime, FIRST)
    for lines in ([], [line("", "")]):
        with pytest.raises((EmptyFileError, RefusedFileError)):
            await import_lines(runtime, lines)
    assert await counts(runtime) == [1, 40, 40, 42]


async def test_lines_of_one_certification_share_it_and_others_do_not(runtime: Runtime) -> None:
    outcome = await import_lines(
        runtime,
        [
            line(1, "Menuisier", rncp="90001", region="Corse"),
            line(2, "MENUISIER.", rncp="90001", region="Bretagne"),
            line(3, "Menuisier", rncp="90002"),
            line(4, "Menuisier", rncp="90001", level="Niveau IV"),
            line(5, "Ébéniste", rncp="90001"),
            line(6, "Menuisier"),
            line(7, "menuisier"),
        ],
    )
    assert outcome.certifications == 5
    found = await find_formation(runtime.db, "2")
    assert found is not None
    assert found.title == "Menuisier"
    assert [code.code_cpf for code in found.codes] == ["2", "1"]


async def test_an_import_waits_for_nobody_and_is_told_that_another_is_under_way(
    runtime: Runtime,
) -> None:
    async with bulk_connection(runtime.settings.direct_url) as first:
        await try_lock(first, AdvisoryLock.IMPORT_CATALOGUE)
        with pytest.raises(AlreadyRunningError):
            await import_lines(runtime, FIRST)
    assert (await import_lines(runtime, FIRST)).changed


async def test_readers_see_one_version_or_the_other_never_half(runtime: Runtime) -> None:
    await import_lines(runtime, FIRST)
    seen: set[int] = set()
    over = asyncio.Event()

    async def look() -> None:
        while not over.is_set():
            seen.add((await search(runtime.db, "menuisier")).total)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(look())
        for lines in (SECOND, FIRST, SECOND):
            await import_lines(runtime, lines)
        over.set()
    assert seen <= {40, 1}
    assert await counts(runtime) == [1, 1, 40, 3]


async def test_an_import_cut_before_its_end_leaves_the_earlier_catalogue(
    runtime: Runtime,
) -> None:
    class FailingReporter(RecordingReporter):
        """Raises once everything is written except the removal of the earlier version."""

        def step(self, name: str) -> None:
            if name == LAST_STEP:
                raise RuntimeError

    await import_lines(runtime, FIRST)
    with pytest.raises(RuntimeError):
        await import_lines(runtime, SECOND, FailingReporter())
    assert await counts(runtime) == [1, 40, 40, 42]
    assert (await import_lines(runtime, SECOND)).changed


async def test_a_header_is_not_needed(runtime: Runtime) -> None:
    file = as_file(FIRST)
    file.readline()
    outcome = await apply_catalogue(runtime.settings.direct_url, file, RecordingReporter())
    assert outcome.codes == 40
