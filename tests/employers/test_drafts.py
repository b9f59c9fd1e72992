"""Drafts by an employer: permitted by a délégation « modifier », and by nothing else."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.support.db.rows import column, count, run, until_someone_waits, value
from tests.support.desks.desk import TYPED, Desk, dossier_path, new_path
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import events_of
from tests.support.training.dossiers import complete, draft, find
from web.core.runtime import Runtime
from web.domain.submission import Draft
from web.employers.pages import GONE

ACTIONS = ("modifier", "supprimer")


async def test_the_titulaire_is_told_by_mail_of_a_draft_an_employer_prepared_and_of_no_correction(
    desk: Desk, runtime: Runtime, organisme_id: UUID, outbox: Outbox
) -> None:
    delegation_id = await desk.granted()
    await desk.create(delegation_id, TYPED | {"organisme": str(organisme_id)})
    [dossier_id] = await column(runtime, "SELECT id FROM dossier")
    path = dossier_path(delegation_id, dossier_id, "modifier")
    await desk.browser.submit(await desk.browser.get(path), {"duration": "30"}, action=path)
    await outbox.deliver()
    assert outbox.peer.received == []
    await outbox.deliver_later()
    subject = "Votre employeur a préparé un dossier de formation"
    [mail] = [one for one in outbox.peer.received if one.subject == subject]
    assert "Verrerie Duval a préparé un dossier" in mail.text
    assert f"/espace/dossiers/{dossier_id}" in mail.text
    assert "Soudure" not in mail.text + mail.html


async def test_beside_the_form_are_the_hours_what_is_left_and_what_the_employer_sees(
    desk: Desk, runtime: Runtime
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, Draft(title="Soudure à l’arc"))
    for path, todo in (
        (new_path(delegation_id), "Préparez le devis"),
        (dossier_path(delegation_id, dossier_id, "modifier"), "Reste à compléter Nom de"),
    ):
        page = await desk.browser.get(path)
        assert page.dom is not None
        [aside] = page.dom.findall(".//*[@class='beside']/div[@class='card']")
        text = " ".join("".join(aside.itertext()).split())
        assert text.startswith("Les heures de Zoé d’Orange-Née 15 h DIF 20 h CPF")
        for words in (todo, "le soumet à l’organisme", "Jamais son numéro de Sécurité sociale"):
            assert words in text
        assert 'href="/employeurs/competences-et-parcours"' in page.html


async def test_an_employer_prepares_corrects_and_deletes_a_draft(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    page = await desk.create(delegation_id, TYPED | {"organisme": str(organisme_id)})
    assert "Le brouillon est enregistré." in page.text
    [dossier_id] = await column(runtime, "SELECT id FROM dossier")
    assert page.url == dossier_path(delegation_id, dossier_id)
    assert "Créé par l’employeur Verrerie Duval" in page.text

    path = dossier_path(delegation_id, dossier_id, "modifier")
    page = await desk.browser.submit(await desk.browser.get(path), {"duration": "30"}, action=path)
    assert "30 h" in page.text
    number = (await find(runtime, dossier_id)).number

    path = dossier_path(delegation_id, dossier_id, "supprimer")
    page = await desk.browser.get(path)
    assert "Supprimer le brouillon « Soudure à l’arc »" in page.text
    assert f"Dossier n° {number}" in page.text
    page = await desk.browser.submit(page, action=path)
    assert page.url == f"/employeur/personnes/{delegation_id}"
    assert "Le brouillon est supprimé." in page.text
    assert await count(runtime, "dossier") == 0
    assert await events_of(runtime, "dossier_created", "dossier_edited", "dossier_deleted") == [
        f"dossier_created: {number}",
        f"dossier_edited: {number}",
        f"dossier_deleted: {number}",
    ]
    names = "SELECT DISTINCT actor || ': ' || actor_name FROM event WHERE kind LIKE 'dossier_%'"
    assert await column(runtime, names) == ["employer: Verrerie Duval"]


async def test_the_titulaire_finds_the_draft_and_who_made_it(
    desk: Desk, space: Client, runtime: Runtime
) -> None:
    await desk.create(await desk.granted(), TYPED)
    [dossier_id] = await column(runtime, "SELECT id FROM dossier")
    page = await space.get(f"/espace/dossiers/{dossier_id}")
    assert "Soudure à l’arc" in page.text
    assert "Créé par l’employeur Verrerie Duval" in page.text
    history = (await space.get("/espace/historique?type=dossiers")).text
    assert "Employeur : Verrerie Duval" in history


async def test_an_employer_never_makes_a_dossier_confidential_nor_hides_behind_one(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    form = (await desk.browser.get(new_path(delegation_id))).html
    assert "confidential" not in form
    await desk.create(delegation_id, TYPED | {"confidential": "y"})
    assert await column(runtime, "SELECT confidential FROM dossier") == [False]


async def test_an_employer_can_neither_submit_nor_consent(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    values = (await desk.dossier(delegation_id, dossier_id, "modifier")).values(
        dossier_path(delegation_id, dossier_id, "modifier")
    )
    for action in ("soumettre", "annuler", "valider"):
        path = dossier_path(delegation_id, dossier_id, action)
        assert (await desk.browser.get(path)).status == 404
        assert (await desk.browser.post(path, values | {"consent": "y"})).status == 404
    for path in (f"/espace/dossiers/{dossier_id}/soumettre", "/espace/heures"):
        answer = await desk.browser.post(path, values | {"consent": "y", "dif": "99"}, follow=False)
        assert answer.leads_to_login("/connexion")
    assert (await find(runtime, dossier_id)).submitted_at is None


async def test_beside_the_working_time_question_the_employer_reads_its_own_delay(
    desk: Desk,
) -> None:
    page = await desk.browser.get(new_path(await desk.granted()))
    assert "la personne vous demande votre accord au moins 60 jours avant le début" in page.text
    assert "Vous avez 30 jours pour répondre : votre silence vaut accord." in page.text


async def test_no_draft_before_the_person_declared_dif(desk: Desk, runtime: Runtime) -> None:
    delegation_id = await desk.granted()
    path = new_path(delegation_id)
    values = (await desk.browser.get(path)).values(path) | TYPED
    await run(runtime, "ALTER TABLE movement DISABLE TRIGGER movement_only_grows")
    await run(runtime, "DELETE FROM movement")
    page = await desk.browser.get(path)
    assert "droit individuel à la formation (DIF) ne sont pas renseignées" in page.text
    page = await desk.browser.post(path, values)
    assert page.status == 409
    assert "seule cette personne peut les déclarer" in page.text
    assert await count(runtime, "dossier") == 0


async def test_the_scope_to_consult_gives_no_form(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    paths = [new_path(delegation_id)]
    paths += [dossier_path(delegation_id, dossier_id, action) for action in ACTIONS]
    forms = {path: (await desk.browser.get(path)).values(path) | TYPED for path in paths}
    before = await find(runtime, dossier_id)
    await run(runtime, "UPDATE delegation SET scope = 'consulter'")
    for path, values in forms.items():
        assert (await desk.browser.get(path)).status == 404
        assert (await desk.browser.post(path, values)).status == 404
    assert await find(runtime, dossier_id) == before
    assert await count(runtime, "dossier") == 1


@pytest.mark.parametrize("end", ["revoked", "ended", "closed", "confidential", "deleted"])
async def test_a_form_left_open_writes_nothing_after_the_end(
    desk: Desk, runtime: Runtime, organisme_id: UUID, end: str
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    paths = [dossier_path(delegation_id, dossier_id, action) for action in ACTIONS]
    if end not in ("confidential", "deleted"):
        paths.append(new_path(delegation_id))
    forms = {path: (await desk.browser.get(path)).values(path) | TYPED for path in paths}
    await run(
        runtime,
        {
            "revoked": "UPDATE delegation SET revoked_at = now()",
            "ended": "UPDATE delegation SET starts_on = starts_on - 9, ends_on = starts_on - 1",
            "closed": "DELETE FROM account",
            "confidential": "UPDATE dossier SET confidential = true, revision = revision + 1",
            "deleted": "DELETE FROM dossier",
        }[end],
    )
    rows = "SELECT d::text FROM dossier d"
    before = await column(runtime, rows)
    for path, values in forms.items():
        page = await desk.browser.post(path, values)
        assert page.status == 404, path
        assert "Cette page ne vous est plus accessible" in page.text
        assert "Anglais" not in page.text
    assert await column(runtime, rows) == before


async def test_a_save_against_a_revocation_has_one_order(
    desk: Desk, runtime: Runtime, organisme_id: UUID
) -> None:
    delegation_id = await desk.granted()
    dossier_id = await draft(runtime, desk.person_id, complete(organisme_id))
    path = dossier_path(delegation_id, dossier_id, "modifier")
    values = (await desk.browser.get(path)).values(path) | TYPED
    new = new_path(delegation_id)
    new_values = (await desk.browser.get(new)).values(new) | TYPED
    before = await find(runtime, dossier_id)
    async with runtime.db.transaction() as revoking:
        await revoking.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", desk.person_id)
        saving = asyncio.create_task(desk.browser.post(path, values))
        creating = asyncio.create_task(desk.browser.post(new, new_values))
        await until_someone_waits(runtime)
        await revoking.execute("UPDATE delegation SET revoked_at = now()")
    for answer in await asyncio.gather(saving, creating):
        assert answer.status == 404
    assert await find(runtime, dossier_id) == before
    assert await count(runtime, "dossier") == 1


async def test_while_typing_the_hours_of_the_person_are_simulated(
    desk: Desk, runtime: Runtime
) -> None:
    delegation_id = await desk.granted()
    path = f"/employeur/personnes/{delegation_id}/dossiers/simulation"
    part = await desk.browser.get(f"{path}?duration=40", htmx=True)
    assert "Avec ses heures : 15 h DIF + 20 h CPF ; il reste 5 h à financer autrement" in part.text
    assert (await desk.browser.get(path)).url == f"/employeur/personnes/{delegation_id}"
    await desk.revoked(delegation_id)
    gone = await desk.browser.get(f"{path}?duration=40", htmx=True)
    assert (gone.status, gone.response.text) == (403, GONE)
    assert await value(runtime, "SELECT count(*) FROM dossier") == 0


async def test_the_catalogue_is_searched_with_and_without_scripts(desk: Desk) -> None:
    delegation_id = await desk.granted()
    path = f"{new_path(delegation_id)}?search=anglais"
    part = await desk.browser.get(path, htmx=True)
    assert "Aucune formation pour « anglais »" in part.text
    page = await desk.create(delegation_id, TYPED | {"search": "anglais", "rechercher": "1"})
    assert page.status == 200
    assert "Aucune formation pour « anglais »" in page.text
    assert page.values(new_path(delegation_id))["title"] == "Soudure à l’arc"
