"""The end of the DIF at midnight in Paris: free, reserved and debited hours on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import column, until_someone_waits
from tests.support.programs.settings import make_settings
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
    AGREED,
    SEEN,
    add_organisme,
    agent_of,
    complete,
    draft,
    find,
    give_hours,
    person_of,
    step,
    submitted,
    validated,
)
from web.core.clock import Clock
from web.core.runtime import Runtime, build_runtime
from web.domain.dossier import DifNotDeclaredError, Event, Facts, Status
from web.domain.submission import Draft
from web.dossiers.access import Author
from web.dossiers.decisions.service import carry_out
from web.dossiers.records import Hours
from web.hours.balances import Balances, current_dif_end
from web.hours.queries import find_balances, get_hours
from web.hours.service import declare_dif
from web.people.queries import lock_person

LAST = date(2020, 12, 31)
# In Paris: the last second of the last day, and the first one after it.
BEFORE = datetime(2020, 12, 31, 22, 59, 59, tzinfo=UTC)
AFTER = datetime(2020, 12, 31, 23, 0, 0, tzinfo=UTC)


@dataclass
class Watch:
    """A clock set by the test."""

    now: datetime = BEFORE


@pytest.fixture
def watch() -> Watch:
    """A clock just before the end."""
    return Watch()


@pytest.fixture
async def machine(database_url: str, watch: Watch) -> AsyncIterator[Runtime]:
    """A machine whose clock the test sets, never synchronised with the database's."""
    settings = make_settings(database_url=database_url, dif_ends_on=LAST)
    runtime = build_runtime(settings, clock=Clock(lambda: watch.now))
    await runtime.db.connect()
    yield runtime
    await runtime.db.disconnect()
    runtime.passwords.close()


@pytest.fixture
async def person_id(machine: Runtime) -> UUID:
    """A person with 15 hours of DIF and 20 of CPF."""
    found = await person_of(machine, await open_account(machine, Person()))
    await give_hours(machine, found, dif=15, cpf=20)
    return found


@pytest.fixture
async def whole(machine: Runtime) -> Draft:
    """A dossier of 40 hours."""
    return complete(await add_organisme(machine))


async def balances(machine: Runtime, person_id: UUID) -> Balances:
    """The balances that every page shows now."""
    return await find_balances(machine.db, person_id, current_dif_end(machine))


async def test_the_hours_end_at_midnight_in_paris(
    machine: Runtime, person_id: UUID, watch: Watch
) -> None:
    before = await balances(machine, person_id)
    assert (before.usable_dif, before.ended_dif, before.dif_ended_on) == (15, 0, None)
    watch.now = AFTER
    after = await balances(machine, person_id)
    assert (after.usable_dif, after.ended_dif, after.dif_ended_on) == (0, 15, LAST)
    assert (before.usable_cpf, after.usable_cpf) == (20, 20)


@pytest.mark.parametrize(
    ("moment", "reserved"), [(BEFORE, Hours(15, 20, 5)), (AFTER, Hours(0, 20, 20))]
)
async def test_a_validation_reserves_what_is_left_to_use(
    machine: Runtime,
    person_id: UUID,
    whole: Draft,
    watch: Watch,
    moment: datetime,
    reserved: Hours,
) -> None:
    dossier_id = await submitted(machine, person_id, whole)
    watch.now = moment
    await step(machine, dossier_id, Event.VALIDATE, agent_of(whole))
    assert (await find(machine, dossier_id)).hours == reserved


async def test_reserved_hours_are_debited_after_the_end(
    machine: Runtime, person_id: UUID, whole: Draft, watch: Watch
) -> None:
    dossier_id = await validated(machine, person_id, whole)
    watch.now = AFTER
    assert (await balances(machine, person_id)).ended_dif == 0
    await step(machine, dossier_id, Event.COMPLETE, agent_of(whole))
    assert (await find(machine, dossier_id)).hours == Hours(15, 20, 5)
    debited = "SELECT reserved FROM movement WHERE kind = 'debited' ORDER BY balance"
    assert await column(machine, debited) == [-20, -15]


async def test_hours_released_after_the_end_have_ended(
    machine: Runtime, person_id: UUID, whole: Draft, watch: Watch
) -> None:
    given_up = await validated(machine, person_id, whole)
    watch.now = AFTER
    await step(machine, given_up, Event.ABANDON, agent_of(whole), Facts(followed=5))
    found = await balances(machine, person_id)
    assert (found.usable_dif, found.ended_dif, found.usable_cpf) == (0, 10, 20)
    another = await validated(machine, person_id, whole)
    assert (await find(machine, another)).hours == Hours(0, 20, 20)
    await step(machine, another, Event.CANCEL, Author.titulaire(person_id))
    found = await balances(machine, person_id)
    assert (found.usable_dif, found.ended_dif, found.usable_cpf) == (0, 10, 20)


async def test_before_the_first_dossier_the_dif_is_asked_for_until_its_end(
    machine: Runtime, whole: Draft, watch: Watch
) -> None:
    person_id = await person_of(machine, await open_account(machine, Person()))
    with pytest.raises(DifNotDeclaredError):
        await draft(machine, person_id, whole)
    watch.now = AFTER
    dossier_id = await draft(machine, person_id, whole)
    await step(machine, dossier_id, Event.SUBMIT, Author.titulaire(person_id), AGREED)
    assert (await find(machine, dossier_id)).status is Status.SUBMITTED


async def test_a_declaration_after_the_end_is_kept_and_gives_nothing_to_use(
    machine: Runtime, whole: Draft, watch: Watch
) -> None:
    watch.now = AFTER
    person_id = await person_of(machine, await open_account(machine, Person()))
    await declare_dif(machine, person_id, 80)
    account = await get_hours(machine.db, person_id, current_dif_end(machine))
    assert (account.dif, account.balances.usable_dif, account.balances.ended_dif) == (80, 0, 80)
    dossier_id = await validated(machine, person_id, whole)
    assert (await find(machine, dossier_id)).hours == Hours(0, 0, 40)


async def test_a_validation_that_waits_for_its_turn_past_midnight_reserves_no_dif(
    machine: Runtime, person_id: UUID, whole: Draft, watch: Watch
) -> None:
    dossier_id = await submitted(machine, person_id, whole)
    async with machine.db.transaction() as connection:
        await lock_person(connection, person_id)
        validation = asyncio.create_task(
            carry_out(
                machine,
                dossier_id,
                Event.VALIDATE,
                agent_of(whole),
                facts=SEEN,
                seen_revision=1,
                command=new_command(),
            )
        )
        await until_someone_waits(machine)
        watch.now = AFTER
    await validation
    assert (await find(machine, dossier_id)).hours == Hours(0, 20, 20)


async def test_of_validations_at_once_only_those_before_the_end_reserve_dif(
    machine: Runtime, person_id: UUID, whole: Draft, database_url: str
) -> None:
    """Two machines on either side of midnight: in any order, no hour is used twice."""
    there = build_runtime(machine.settings, clock=Clock(lambda: AFTER))
    await there.db.connect()
    before, after = [await submitted(machine, person_id, whole) for _ in range(2)]
    await asyncio.gather(
        *(
            carry_out(
                where,
                dossier_id,
                Event.VALIDATE,
                agent_of(whole),
                facts=SEEN,
                seen_revision=1,
                command=new_command(),
            )
            for where, dossier_id in ((there, after), (machine, before))
        )
    )
    first, second = (await find(machine, before)).hours, (await find(machine, after)).hours
    assert first is not None
    assert second is not None
    assert (first.dif, second.dif) == (15, 0)
    assert first.cpf + second.cpf == 20
    await there.db.disconnect()
    there.passwords.close()
