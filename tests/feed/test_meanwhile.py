"""A feed during declarations and registrations; an interrupted feed."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.support.db.rows import count, until_someone_waits, value
from tests.support.programs.reporter import RecordingReporter
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person, synthetic_nir
from tests.support.training.feeding import EMPLOYERS, credited, feed
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import AlreadyRunningError, bulk_connection, try_lock
from web.core.runtime import Runtime
from web.hours import service
from web.people.identity import nir_digest
from web.people.queries import lock_person
from web.signup.activation.queries import find_or_add_person

NIR = synthetic_nir(1)
LINE = (NIR, 2015, EMPLOYERS[0], 1607, "")


async def person_of(runtime: Runtime, nir: str) -> UUID:
    """The person's row, inserted if needed, as registration does."""
    async with runtime.db.transaction() as connection:
        return await find_or_add_person(connection, nir_digest(runtime.hasher, nir))


async def test_a_second_feed_is_refused_while_one_is_under_way(runtime: Runtime) -> None:
    async with bulk_connection(runtime.settings.direct_url) as first:
        await try_lock(first, AdvisoryLock.CREDIT_HOURS)
        with pytest.raises(AlreadyRunningError):
            await feed(runtime, [LINE])
    await feed(runtime, [LINE])
    assert await credited(runtime, NIR) == {2015: 24}


async def test_declaring_dif_does_not_wait_for_a_feed_about_to_commit(runtime: Runtime) -> None:
    await open_account(runtime, Person(nir=NIR))
    person_id = await person_of(runtime, NIR)
    async with bulk_connection(runtime.settings.direct_url) as feeding, feeding.transaction():
        await feeding.execute(
            "INSERT INTO movement (person_id, balance, kind, hours, year) "
            "VALUES ($1, 'cpf', 'cpf_yearly_credit', 24, 2015)",
            person_id,
        )
        async with asyncio.timeout(5):
            await service.declare_dif(runtime, person_id, 80)
    dif = "SELECT sum(hours) FROM movement WHERE person_id = $1 AND balance = 'dif'"
    assert await value(runtime, dif, person_id) == 80


async def test_a_correction_waits_for_a_dossier_that_takes_the_hours(runtime: Runtime) -> None:
    await feed(runtime, [LINE])
    person_id = await person_of(runtime, NIR)
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        correcting = asyncio.create_task(feed(runtime, [(NIR, 2015, EMPLOYERS[0], 0, "")]))
        await until_someone_waits(runtime)
        await connection.execute(
            "INSERT INTO movement (person_id, balance, kind, hours, reserved) "
            "VALUES ($1, 'cpf', 'reserved', -24, 24)",
            person_id,
        )
    await correcting
    assert await credited(runtime, NIR) == {2015: 24}


async def test_people_register_and_declare_while_files_are_fed(runtime: Runtime) -> None:
    people = [synthetic_nir(number) for number in range(60)]
    for nir in people:
        await open_account(runtime, Person(nir=nir))

    async def arrive(nir: str) -> None:
        person_id = await person_of(runtime, nir)
        await service.declare_dif(runtime, person_id, 40)

    async def feeds() -> None:
        for year in (2015, 2016):
            await feed(runtime, [(nir, year, EMPLOYERS[0], 1607, "") for nir in people])

    async with asyncio.TaskGroup() as group:
        group.create_task(feeds())
        for nir in people:
            group.create_task(arrive(nir))
    assert await count(runtime, "person") == len(people)
    for nir in people:
        assert await credited(runtime, nir) == {2015: 24, 2016: 24}


async def test_a_feed_cut_before_its_end_leaves_no_hour_and_can_be_done_again(
    runtime: Runtime,
) -> None:
    class FailingReporter(RecordingReporter):
        """Raises once the movements are written."""

        def step(self, name: str) -> None:
            if name == "Validation":
                raise RuntimeError

    with pytest.raises(RuntimeError):
        await feed(runtime, [LINE], FailingReporter())
    assert await count(runtime, "hours_worked") == await count(runtime, "movement") == 0
    await feed(runtime, [LINE])
    assert await credited(runtime, NIR) == {2015: 24}
