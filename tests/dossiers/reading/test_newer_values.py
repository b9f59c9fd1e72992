"""Values that a later version of the program added: pages show them under a neutral label."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests.support.db.rows import run
from tests.support.http.client import Client
from tests.support.training.dossiers import complete, find, validated
from web.core.runtime import Runtime

DATA = "/espace/mes-donnees"


async def test_an_unknown_action_is_shown_with_its_date_and_actor(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    await run(
        runtime,
        """
        INSERT INTO event (person_id, kind, actor, actor_name, detail, occurred_at)
        VALUES ($1, 'added_later', 'organisme', 'Fongecif', 'R-7', '2026-02-03 11:00+00')
        """,
        person_id,
    )
    page = await space.get("/espace/historique")
    for words in ("Autre action (R-7)", "3 février 2026", "Organisme : Fongecif"):
        assert words in page.text
    filtered = await space.get("/espace/historique?type=compte")
    assert filtered.response.status_code == 200
    assert "Autre action" not in filtered.text
    download = (await space.submit(await space.get(DATA), action=DATA)).response
    [event] = [one for one in json.loads(download.text)["historique"] if one["nom"] == "Fongecif"]
    assert (event["action"], event["par"]) == ("Autre action", "organisme")


async def test_unknown_kinds_of_movement_and_of_credit_are_shown(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    await run(
        runtime,
        """
        INSERT INTO exceptional_credit (reference, person_id, kind, hours, granted_on, granted_by)
        VALUES ('R-1', $1, 'added-later', 7, '2016-05-02', 'la région Bretagne')
        """,
        person_id,
    )
    await run(
        runtime,
        """
        INSERT INTO movement (person_id, balance, kind, hours, credit_reference)
        VALUES ($1, 'cpf', 'exceptional_credit', 7, 'R-1'), ($1, 'cpf', 'added_later', 4, NULL)
        """,
        person_id,
    )
    page = await space.get("/espace/heures")
    for words in ("Autre mouvement", "+ 4 h", "31 h CPF", "Autre crédit exceptionnel, accordé par"):
        assert words in page.text
    filtered = await space.get("/espace/heures?mouvement=exceptional_credit")
    assert "Autre mouvement" not in filtered.text
    page = await space.get(DATA)
    for words in ("Autre mouvement", "Autre crédit exceptionnel"):
        assert words in page.text
    document = json.loads((await space.submit(page, action=DATA)).response.text)
    assert document["mouvements_d_heures"][-1]["nature"] == "Autre mouvement"
    assert document["credits_exceptionnels"][0]["nature"] == "Autre crédit exceptionnel"


async def test_an_unknown_step_of_a_dossier_is_shown(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await validated(runtime, person_id, complete(organisme_id))
    await run(
        runtime,
        """
        WITH moved AS (
            UPDATE dossier SET revision = revision + 1 WHERE id = $1 RETURNING id, revision
        )
        INSERT INTO dossier_step (dossier_id, revision, kind, actor, actor_name)
        SELECT id, revision, 'added_later', 'organisme', 'Fongecif' FROM moved
        """,
        dossier_id,
    )
    for address in ("/espace", f"/espace/dossiers/{dossier_id}"):
        assert "Autre étape" in (await space.get(address)).text
    page = await space.get(DATA)
    assert "autre étape par Fongecif" in page.text
    [dossier] = json.loads((await space.submit(page, action=DATA)).response.text)[
        "dossiers_de_formation"
    ]
    assert dossier["etapes"][-1]["etape"] == "autre étape"


async def test_an_unknown_closing_is_shown_but_never_decided_upon(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await validated(runtime, person_id, complete(organisme_id))
    await run(runtime, "ALTER TABLE dossier DROP CONSTRAINT dossier_closing_check")
    await run(runtime, "ALTER TABLE dossier DROP CONSTRAINT dossier_situation_check")
    await run(
        runtime, "UPDATE dossier SET status = 'clos', closing = 'plus-tard', situation = 'nouvelle'"
    )
    assert "Clos" in (await space.get("/espace/dossiers")).text
    page = await space.get(DATA)
    for words in ("clos : autre motif", "situation non reconnue"):
        assert words in page.text
    [dossier] = json.loads((await space.submit(page, action=DATA)).response.text)[
        "dossiers_de_formation"
    ]
    assert dossier["motif_de_cloture"] == "autre motif"
    with pytest.raises(ValueError, match="nouvelle"):
        await find(runtime, dossier_id)
