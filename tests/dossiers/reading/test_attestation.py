"""The attestation of the DIF hours, as the titulaire reads that an organisme has seen it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests.support.db.rows import run
from tests.support.http.client import Client
from tests.support.text.spaces import plain
from tests.support.training.dossiers import complete, find, validated
from web.core.runtime import Runtime

ORGANISME = "Fongecif de démonstration"


@pytest.fixture
async def seen(runtime: Runtime, person_id: UUID, organisme_id: UUID) -> UUID:
    """A validated dossier that uses DIF hours, so that their attestation has been seen."""
    whole = complete(organisme_id, employer="73282932000074")
    return await validated(runtime, person_id, whole)


async def test_the_page_of_hours_and_the_history_name_the_organisme(
    space: Client, seen: UUID, runtime: Runtime
) -> None:
    page = await space.get("/espace/heures")
    assert "Le document qui justifie vos heures DIF a été vu le" in page.text
    assert f"par {ORGANISME} : il ne vous sera plus demandé." in plain(page.text)
    number = (await find(runtime, seen)).number
    history = await space.get("/espace/historique?type=heures")
    assert f"Attestation des heures DIF vue ({number})" in history.text
    assert ORGANISME in history.text


async def test_the_stored_data_hold_the_attestation_and_the_situation(
    space: Client, seen: UUID, runtime: Runtime
) -> None:
    url = "/espace/mes-donnees"
    page = await space.get(url)
    assert f"par {ORGANISME}." in page.text
    assert page.described()["Employeur"].replace("\u00a0", " ") == "n° SIRET 732 829 320 00074"
    document = json.loads((await space.submit(page, action=url)).response.text)
    number = (await find(runtime, seen)).number
    attestation = document["attestation_des_heures_dif"]
    assert (attestation["par"], attestation["dossier"]) == (ORGANISME, number)
    [dossier] = document["dossiers_de_formation"]
    assert (dossier["situation"], dossier["employeur"]) == ("en emploi salarié", "73282932000074")


async def test_an_account_of_another_holder_does_not_learn_which_organisme_saw_it(
    space: Client, seen: UUID, runtime: Runtime, person_id: UUID
) -> None:
    await run(
        runtime,
        "UPDATE dossier SET created_at = created_at - interval '2 days' WHERE id = $1",
        seen,
    )
    await run(
        runtime,
        "INSERT INTO former_account (id, person_id, holder_id, opened_at, closed_at) "
        "SELECT gen_random_uuid(), $1, gen_random_uuid(), now() - interval '3 days', "
        "now() - interval '1 day'",
        person_id,
    )
    page = await space.get("/espace/heures")
    assert "par un organisme financeur" in page.text
    assert ORGANISME not in page.text
