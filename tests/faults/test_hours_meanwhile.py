"""Saving the DIF balance while a dossier is validated on another machine."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import column, value
from tests.support.programs.processes import volume
from tests.support.programs.settings import make_settings
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
    SEEN,
    add_organisme,
    agent_of,
    complete,
    find,
    give_hours,
    submitted,
)
from web.core.runtime import build_runtime
from web.domain.dossier import Event
from web.dossiers.decisions.service import carry_out
from web.dossiers.records import Hours
from web.hours.service import DifLockedError, declare_dif

BEFORE, AFTER, DURATION = 15, 30, 40


@pytest.mark.parametrize("first", ["save", "validation"])
async def test_one_order_wins_and_the_ledger_shows_which(database_url: str, first: str) -> None:
    here, there = (build_runtime(make_settings(database_url=database_url)) for _ in range(2))
    for runtime in (here, there):
        await runtime.db.connect()
    organisme_id = await add_organisme(here)
    for _ in range(volume(5, 250)):
        account_id = await open_account(here, Person())
        person_id = await value(here, "SELECT person_id FROM account WHERE id = $1", account_id)
        await give_hours(here, person_id, dif=BEFORE)
        contents = complete(organisme_id, duration=DURATION)
        dossier_id = await submitted(here, person_id, contents)
        validation = carry_out(
            there,
            dossier_id,
            Event.VALIDATE,
            agent_of(contents),
            facts=SEEN,
            seen_revision=1,
            command=new_command(),
        )
        save = declare_dif(here, person_id, AFTER)
        pair = [save, validation] if first == "save" else [validation, save]
        outcomes = await asyncio.gather(*pair, return_exceptions=True)
        assert None in outcomes, outcomes
        was_locked = any(isinstance(outcome, DifLockedError) for outcome in outcomes)
        used = BEFORE if was_locked else AFTER
        assert (await find(here, dossier_id)).hours == Hours(used, 0, DURATION - used)
        ledger = "SELECT kind FROM movement WHERE person_id = $1 ORDER BY id"
        corrected = [] if was_locked else ["dif_corrected"]
        assert await column(here, ledger, person_id) == ["dif_declared", *corrected, "reserved"]
    for runtime in (here, there):
        await runtime.db.disconnect()
        runtime.passwords.close()
