"""A file of exceptional credits during the validation of a dossier; one cut before its end."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import count, until_someone_waits, value
from tests.support.programs.reporter import RecordingReporter
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person, synthetic_nir
from tests.support.training.dossiers import (
    add_organisme,
    agent_of,
    complete,
    find,
    give_hours,
    person_of,
    submitted,
)
from tests.support.training.feeding import Credit, feed_credits
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.bulk import AlreadyRunningError, bulk_connection, try_lock
from web.core.runtime import Runtime
from web.domain.dossier import Event
from web.dossiers.decisions.service import carry_out
from web.people.queries import lock_person

NIR = synthetic_nir(1)
GRANTED: Credit = (NIR, "correctif", 100, "2016-05-02", "Ateliers du Lac", "R-1")
WITHDRAWN: Credit = (NIR, "correctif", 0, "2016-05-02", "Ateliers du Lac", "R-1")


async def free_hours(runtime: Runtime, person_id: UUID) -> int:
    """The free CPF hours."""
    sum_of = "SELECT cpf::int FROM hours_balance WHERE person_id = $1"
    found: int = await value(runtime, sum_of, person_id)
    return found


async def test_no_credit_is_applied_while_hours_worked_are_fed(runtime: Runtime) -> None:
    async with bulk_connection(runtime.settings.direct_url) as first:
        await try_lock(first, AdvisoryLock.CREDIT_HOURS)
        with pytest.raises(AlreadyRunningError):
            await feed_credits(runtime, [GRANTED])
    await feed_credits(runtime, [GRANTED])
    assert await count(runtime, "movement") == 1


async def test_a_withdrawal_waits_for_a_dossier_that_takes_the_hours(runtime: Runtime) -> None:
    await feed_credits(runtime, [GRANTED])
    person_id: UUID = await value(runtime, "SELECT id FROM person")
    async with runtime.db.transaction() as connection:
        await lock_person(connection, person_id)
        withdrawing = asyncio.create_task(feed_credits(runtime, [WITHDRAWN]))
        await until_someone_waits(runtime)
        await connection.execute(
            "INSERT INTO movement (person_id, balance, kind, hours, reserved) "
            "VALUES ($1, 'cpf', 'reserved', -70, 70)",
            person_id,
        )
    assert (await withdrawing).kept == 70
    assert await free_hours(runtime, person_id) == 0


async def test_a_validation_and_a_withdrawal_at_once_never_use_the_same_hours(
    runtime: Runtime,
) -> None:
    person_id = await person_of(runtime, await open_account(runtime, Person(nir=NIR)))
    await give_hours(runtime, person_id, dif=0)
    contents = complete(await add_organisme(runtime), duration=60)
    for turn in range(6):
        await feed_credits(runtime, [GRANTED])
        dossier_id = await submitted(runtime, person_id, contents)
        validation = carry_out(
            runtime,
            dossier_id,
            Event.VALIDATE,
            agent_of(contents),
            seen_revision=1,
            command=new_command(),
        )
        withdrawal = feed_credits(runtime, [WITHDRAWN])
        both = [validation, withdrawal] if turn % 2 else [withdrawal, validation]
        await asyncio.gather(*both)
        used = (await find(runtime, dossier_id)).hours
        assert used
        assert used.cpf in (0, 60)
        assert await free_hours(runtime, person_id) == 0
        agent = agent_of(contents)
        await carry_out(
            runtime, dossier_id, Event.CANCEL, agent, seen_revision=2, command=new_command()
        )
        assert await free_hours(runtime, person_id) == used.cpf


async def test_a_file_cut_before_its_end_leaves_nothing_and_can_be_applied_again(
    runtime: Runtime,
) -> None:
    class FailingReporter(RecordingReporter):
        """Raises once the movements are written."""

        def step(self, name: str) -> None:
            if name == "Validation":
                raise RuntimeError

    with pytest.raises(RuntimeError):
        await feed_credits(runtime, [GRANTED], FailingReporter())
    assert await count(runtime, "exceptional_credit") == await count(runtime, "movement") == 0
    await feed_credits(runtime, [GRANTED])
    assert await count(runtime, "movement") == 1
