"""The pages to create and edit a draft: saved, refused, suggested and simulated values."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import pytest

from tests.support.db.rows import count, run, value
from tests.support.http.client import Client, Page
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import TRAINER_SIRET, agent_of, complete, find, step, submitted
from tests.support.training.draft_form import NEW, TYPED, edit_url
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts


async def create(space: Client, fields: Mapping[str, str]) -> Page:
    """Fill the form of a new dossier and save it."""
    return await space.submit(await space.get(NEW), fields, action=NEW)


async def only_dossier(runtime: Runtime) -> UUID:
    found: UUID = await value(runtime, "SELECT id FROM dossier")
    return found


@pytest.mark.parametrize("fields", [{}, {"search": "menuisier"}, {"entree": "1"}])
async def test_an_empty_form_makes_no_dossier(
    space: Client, runtime: Runtime, fields: dict[str, str]
) -> None:
    """As by Back, after a first one was created: the form comes back empty."""
    page = await create(space, fields)
    assert page.status == 422
    assert "ce formulaire est vide" in page.error_of("title")
    assert ("formation pour « menuisier »" in page.text) is ("search" in fields)
    assert await count(runtime, "dossier") == 0


async def test_a_draft_that_is_hardly_begun_is_kept_and_says_what_is_missing(
    space: Client, runtime: Runtime
) -> None:
    page = await create(space, {"title": "Soudure"})
    assert page.status == 200
    assert page.url == f"/espace/dossiers/{await only_dossier(runtime)}"
    assert "Votre dossier est enregistré." in page.text
    assert page.text.count("à compléter") == 7


async def test_saving_may_lead_to_the_check_before_the_submission(
    space: Client, runtime: Runtime, organisme_id: UUID
) -> None:
    page = await create(space, {"title": "Soudure", "verifier": "1"})
    dossier_id = await only_dossier(runtime)
    assert page.url == f"/espace/dossiers/{dossier_id}/soumettre"
    assert "Votre dossier est enregistré." in page.text
    edit = await space.get(edit_url(dossier_id))
    assert edit.text.index("Enregistrer et vérifier") > edit.text.index("Enregistrer")
    whole = {**TYPED, "organisme": str(organisme_id)}
    page = await space.submit(edit, whole, action=edit_url(dossier_id))
    assert page.url == f"/espace/dossiers/{dossier_id}"
    # Complete: Enter does what the first button says.
    edit = await space.get(edit_url(dossier_id))
    fields = {"entree": "Enregistrer et vérifier"}
    page = await space.submit(edit, fields, action=edit_url(dossier_id))
    assert page.url == f"/espace/dossiers/{dossier_id}/soumettre"


async def test_all_that_is_typed_is_kept_and_shown_to_be_edited(
    space: Client, runtime: Runtime, organisme_id: UUID
) -> None:
    page = await create(space, {**TYPED, "organisme": str(organisme_id)})
    dossier_id = await only_dossier(runtime)
    for words in ("du 1er mars 2027 au 18 juin 2027", "40 h", "1 250,50 €", "oui, caché aux"):
        assert words in page.text
    contents = (await find(runtime, dossier_id)).contents
    assert (contents.trainer_siret, str(contents.cost)) == (TRAINER_SIRET, "1250.50")
    page = await space.get(edit_url(dossier_id))
    values = page.values(edit_url(dossier_id))
    assert values["ends_on"] == "18/06/2027"
    assert values["cost"] == "1250,50"
    assert values["organisme"] == str(organisme_id)
    assert (values["on_working_time"], values["confidential"]) == ("non", "y")
    before = await find(runtime, dossier_id)
    await space.submit(page, action=edit_url(dossier_id))
    assert await find(runtime, dossier_id) == before


async def test_the_form_has_beside_it_the_hours_and_what_is_left_to_fill_in(
    space: Client, runtime: Runtime
) -> None:
    page = await space.get(NEW)
    assert "Préparez le devis" in page.text
    assert "Reste à compléter" not in page.text
    await create(space, {**TYPED, "starts_on": "", "organisme": ""})
    page = await space.get(edit_url(await only_dossier(runtime)))
    hours, _, left = page.text.partition("Vos heures ")[2].partition("Reste à compléter")
    assert "h DIF" in hours
    assert "h CPF" in hours
    assert left.startswith(" Date de début Organisme financeur D’après le dernier enregistrement.")
    beside = page.html.partition("Reste à compléter")[2].partition("</ul>")[0]
    assert 'href="#starts_on"' in beside


async def test_without_a_dif_balance_creating_is_blocked_with_the_reason_and_the_way(
    client: Client, person: Person, account_id: UUID, runtime: Runtime
) -> None:
    await log_in(client, person)
    for path in ("/espace/dossiers", NEW):
        page = await client.get(path)
        assert "À faire d’abord : vos heures DIF" in page.text
        assert 'href="/espace/heures"' in page.html
    values = (await client.get("/espace/heures")).values("/espace/heures")
    refused = await client.post(NEW, {**TYPED, "csrf": values["csrf"], "key": values["key"]})
    assert refused.status == 409
    assert "À faire d’abord" in refused.text
    assert await count(runtime, "dossier") == 0


async def test_beside_the_working_time_question_the_delays_are_told(
    space: Client, person_id: UUID
) -> None:
    page = await space.get(NEW)
    assert "demandez l’accord de votre employeur au moins 60 jours avant le début" in page.text
    assert "ou 120 jours si la formation dure six mois ou plus" in page.text
    assert "Il a 30 jours pour répondre : son silence vaut accord." in page.text
    assert 'aria-describedby="on_working_time-hint"' in page.html


async def test_a_free_title_is_said_to_be_checked(space: Client, person_id: UUID) -> None:
    assert "L’organisme vérifiera qu’elle est éligible" in (await space.get(NEW)).text


async def test_without_an_organisme_to_choose_the_page_says_so_kindly(space: Client) -> None:
    page = await space.get(NEW)
    assert "Aucun organisme financeur n’est encore inscrit" in page.text
    assert (await create(space, TYPED)).status == 200


async def test_the_hours_are_simulated_as_one_types_and_without_scripts(
    space: Client, runtime: Runtime
) -> None:
    url = "/espace/dossiers/simulation"
    part = await space.get(f"{url}?duration=40", htmx=True)
    assert "15 h DIF + 20 h CPF ; il reste 5 h à financer autrement" in part.text
    assert "<html" not in part.html
    assert (await space.get(f"{url}?duration=beaucoup", htmx=True)).text == ""
    page = await space.get(f"{url}?duration=30")
    assert "15 h DIF + 15 h CPF" in page.text
    assert "reste" not in page.text.partition("Avec vos heures")[2].partition("Simuler")[0]
    refused = await space.get(f"{url}?duration=beaucoup")
    assert refused.status == 422
    assert "en chiffres" in refused.error_of("duration")
    page = await create(space, TYPED)
    assert "15 h DIF + 20 h CPF ; il reste 5 h à financer autrement" in page.text


async def test_a_long_training_says_that_a_dossier_uses_150_hours_at_most(
    space: Client, runtime: Runtime
) -> None:
    await run(
        runtime,
        "INSERT INTO movement (person_id, balance, kind, hours) "
        "SELECT id, 'cpf', 'exceptional_credit', 200 FROM person",
    )
    part = await space.get("/espace/dossiers/simulation?duration=200", htmx=True)
    assert "15 h DIF + 135 h CPF ; il reste 50 h à financer autrement" in part.text
    assert "150 h au plus" in part.text


async def test_a_dossier_that_was_sent_back_shows_the_reason_first_and_can_be_edited(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    reason = "Il manque le devis.\nJoignez <le> devis."
    await step(runtime, dossier_id, Event.SEND_BACK, agent_of(whole), Facts(reason=reason))
    for path in (f"/espace/dossiers/{dossier_id}", edit_url(dossier_id)):
        page = await space.get(path)
        if "modifier" not in path:
            button = f'<a class="button" href="{edit_url(dossier_id)}">Corriger le dossier</a>'
            assert button in page.html
        first = page.text.index("Renvoyé pour correction, par Fongecif de démonstration, le ")
        assert "Joignez <le> devis." in page.text
        title = "La formation" if "modifier" in path else "Contenu"
        assert first < page.html.index(f"<h2>{title}</h2>")
    page = await space.submit(page, {"duration": "35"}, action=edit_url(dossier_id))
    assert (await find(runtime, dossier_id)).contents.duration == 35
    assert f'<a class="button" href="/espace/dossiers/{dossier_id}/soumettre">' in page.html
    assert "à corriger" in (await space.get("/espace/dossiers")).text
