"""The titulaire's situation, as the organisme reads it."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.db.rows import run
from tests.support.desks.agents import InventedAgent
from tests.support.desks.organisme_desk import dossier_path
from tests.support.http.client import Client
from tests.support.training.dossiers import Submit, find
from web.core.runtime import Runtime
from web.domain.dossier import Status
from web.domain.situation import Situation

QUESTION = "Ce dossier relève-t-il de votre organisme ?"


async def test_the_situation_and_the_employer_are_in_the_dossier(
    desk: Client, submit: Submit
) -> None:
    dossier_id = await submit(situation=Situation.EMPLOYEE, employer="73282932000074")
    described = (await desk.get(dossier_path(dossier_id))).described()
    assert described["Situation"] == "En emploi salarié"
    assert described["Employeur"].replace("\u00a0", " ") == "n° SIRET 732 829 320 00074"


@pytest.mark.parametrize(
    ("category", "situation", "asks"),
    [
        ("pole-emploi", Situation.EMPLOYEE, True),
        ("opca", Situation.EMPLOYEE, False),
        ("opca", Situation.JOBSEEKER, True),
        ("region", Situation.JOBSEEKER, False),
        ("opca", Situation.OTHER, False),
        (None, Situation.JOBSEEKER, False),
    ],
)
async def test_a_dossier_that_may_be_for_another_organisme_is_questioned(
    desk: Client,
    submit: Submit,
    agent: InventedAgent,
    runtime: Runtime,
    category: str | None,
    situation: Situation,
    *,
    asks: bool,
) -> None:
    dossier_id = await submit(situation=situation)
    set_category = "UPDATE organisation SET category = $2 WHERE id = $1"
    await run(runtime, set_category, agent.organisation_id, category)
    for action in ("", "valider"):
        page = await desk.get(dossier_path(dossier_id, action))
        assert (QUESTION in page.text) == asks
        assert (f"S’il ne relève pas de {agent.organisation}" in page.text) == asks


async def test_a_dossier_submitted_before_the_question_can_be_decided(
    desk: Client, dossier_id: UUID, runtime: Runtime
) -> None:
    await run(runtime, "UPDATE dossier SET situation = NULL, employer = ''")
    page = await desk.get(dossier_path(dossier_id))
    assert page.described()["Situation"] == "non renseignée"
    path = dossier_path(dossier_id, "refuser")
    await desk.submit(await desk.get(path), {"reason": "Trop court."}, action=path)
    assert (await find(runtime, dossier_id)).status is Status.CLOSED
