"""A person's page and their dossiers: exactly what was shown before granting."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from tests.support.db.rows import run, until_someone_waits, value
from tests.support.desks.agents import InventedAgent, add, log_in_agent
from tests.support.desks.desk import Desk
from tests.support.http.client import Client
from tests.support.text.spaces import plain
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import agent_of, complete, draft, find, step, submitted
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.people.history.queries import count_broken_histories


async def test_the_page_shows_what_the_person_was_shown_and_no_more(
    desk: Desk, runtime: Runtime, person: Person, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted("consulter")
    contents = complete(organisme_id)
    shown = await draft(runtime, desk.person_id, contents)
    hidden = await draft(
        runtime, desk.person_id, complete(organisme_id, title="Bilan", confidential=True)
    )
    page = await desk.person(delegation_id)
    assert "Zoé d’Orange-Née" in page.text
    assert "Heures CPF disponibles 20 h" in page.text
    assert "Heures DIF 15 h" in page.text
    assert f"Anglais professionnel n° {(await find(runtime, shown)).number} En cours" in page.text
    assert f"/dossiers/{shown}" in page.html
    dossier = await desk.dossier(delegation_id, shown)
    assert "École des Quais" in dossier.text
    assert "Créé par la personne" in dossier.text
    assert "15 h DIF + 20 h CPF" in dossier.text
    for one in (page, dossier):
        for secret in (person.nir, person.email, "06 12 34 56 78", "Bilan", str(hidden)):
            assert secret not in plain(one.html)
    assert "Mouvements" not in page.text


async def test_undeclared_dif_is_shown_as_such(desk: Desk, runtime: Runtime) -> None:
    delegation_id = await desk.granted()
    await _forget_hours(runtime)
    page = await desk.person(delegation_id)
    assert "Heures DIF non renseignées" in page.text
    assert "Seule cette personne peut les déclarer" in page.text
    assert "Préparer un dossier" not in page.text


async def test_a_visit_is_told_once_a_day_with_the_employer_s_name(
    desk: Desk, runtime: Runtime, space: Client
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(await _organisme(runtime)))
    for _ in range(2):
        await desk.person(delegation_id)
        await desk.dossier(delegation_id, dossier_id)
    assert await desk.uses() == ["Verrerie Duval"]
    history = (await space.get("/espace/historique?type=delegations")).text
    assert "Compte consulté par un employeur (SIRET 999 999 808 00010)" in history
    assert "Employeur : Verrerie Duval" in history
    assert "Dernière utilisation le" in (await space.get("/espace/delegations")).text

    await run(runtime, "UPDATE delegation SET used_on = used_on - 1")
    await desk.dossier(delegation_id, dossier_id)
    assert await desk.uses() == ["Verrerie Duval"] * 2
    assert await count_broken_histories(runtime.db) == 0


async def test_simultaneous_visits_are_told_once(desk: Desk) -> None:
    delegation_id = await desk.granted()
    pages = await asyncio.gather(*(desk.person(delegation_id) for _ in range(8)))
    assert {page.status for page in pages} == {200}
    assert await desk.uses() == ["Verrerie Duval"]


async def test_a_revocation_that_comes_first_leaves_no_use_behind(
    desk: Desk, runtime: Runtime
) -> None:
    delegation_id = await desk.granted()
    async with runtime.db.transaction() as revoking:
        await revoking.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", desk.person_id)
        visit = asyncio.create_task(desk.person(delegation_id))
        await until_someone_waits(runtime)
        await revoking.execute("UPDATE delegation SET revoked_at = now()")
    await visit
    assert await desk.uses() == []
    assert (await desk.person(delegation_id)).status == 404


async def test_visits_of_each_employer_are_recorded_separately(
    desk: Desk, runtime: Runtime, app: object
) -> None:
    other = await add(runtime, InventedAgent(siret="44306184100047", organisation="Quincaillerie"))
    mine = await desk.granted()
    theirs = await desk.granted(siret=other.siret)
    async with Client(desk.browser.app, address="198.51.100.8") as browser:
        await log_in_agent(browser, other)
        for delegation_id, status in ((mine, 404), (theirs, 200)):
            answer = await browser.get(f"/employeur/personnes/{delegation_id}")
            assert answer.status == status
    assert (await desk.person(mine)).status == 200
    assert (await desk.person(theirs)).status == 404
    assert await desk.uses() == ["Quincaillerie", "Verrerie Duval"]


async def test_a_dossier_made_confidential_disappears_at_once(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    assert (await desk.dossier(delegation_id, dossier_id)).status == 200
    await run(runtime, "UPDATE dossier SET confidential = true")
    for action in ("", "modifier", "supprimer"):
        gone = await desk.dossier(delegation_id, dossier_id, action)
        assert gone.status == 404
        assert "Anglais" not in gone.text
    assert "Vous ne pouvez voir aucun dossier." in (await desk.person(delegation_id)).text


async def test_a_dossier_is_reached_by_its_own_person_s_delegation_only(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    stranger = await value(runtime, "INSERT INTO person (nir_digest) VALUES ('\\x01') RETURNING id")
    await run(
        runtime,
        "INSERT INTO movement (person_id, balance, kind, hours) "
        "VALUES ($1, 'dif', 'dif_declared', 0)",
        stranger,
    )
    theirs = await draft(runtime, stranger, complete(organisme_id))
    for dossier_id in (theirs, uuid4()):
        for action in ("", "modifier", "supprimer"):
            assert (await desk.dossier(delegation_id, dossier_id, action)).status == 404
    assert await desk.uses() == []


async def test_an_employer_reads_the_reason_of_an_organisme(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    contents = complete(organisme_id)
    dossier_id = await submitted(runtime, desk.person_id, contents)
    page = await desk.dossier(delegation_id, dossier_id)
    assert "Soumis, avec son accord" in page.text
    assert "Modifier le brouillon" not in page.text
    facts = Facts(reason="Précisez le programme.")
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(contents), facts)
    page = await desk.dossier(delegation_id, dossier_id)
    assert "Précisez le programme." in page.text
    assert "Modifier le brouillon" in page.text


@pytest.mark.parametrize("scope", ["consulter", "modifier"])
async def test_a_page_of_the_desk_shows_what_the_scope_allows(
    desk: Desk, runtime: Runtime, organisme_id: UUID, scope: str
) -> None:
    delegation_id = await desk.granted(scope)
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    allowed = scope == "modifier"
    assert ("Préparer un dossier" in (await desk.person(delegation_id)).text) is allowed
    page = await desk.dossier(delegation_id, dossier_id)
    assert ("Modifier le brouillon" in page.text) is allowed
    assert ("Supprimer ce brouillon" in page.text) is allowed
    assert "Soumettre" not in page.text


async def _organisme(runtime: Runtime) -> UUID:
    found: UUID = await value(
        runtime,
        "INSERT INTO organisation (kind, siret, name) "
        "VALUES ('organisme', '55210055400013', 'Fongecif') RETURNING id",
    )
    return found


async def _forget_hours(runtime: Runtime) -> None:
    await run(runtime, "ALTER TABLE movement DISABLE TRIGGER movement_only_grows")
    await run(runtime, "DELETE FROM movement")
