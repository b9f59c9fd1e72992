"""« Mes dossiers de formation »: the list, one dossier, submitting, cancelling, deleting."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import count
from tests.support.http.client import Client, Page
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
    agent_of,
    complete,
    draft,
    find,
    step,
    submitted,
    validated,
)
from web.core.http.paging import PAGE_SIZE
from web.core.runtime import Runtime
from web.domain.dossier import ClosingReason, Event, Facts, Status
from web.domain.submission import Draft

LIST = "/espace/dossiers"


def url(dossier_id: UUID, action: str = "") -> str:
    return f"{LIST}/{dossier_id}" + (f"/{action}" if action else "")


async def press(space: Client, dossier_id: UUID, action: str, **fields: str) -> Page:
    """Open the page of an action and press its button."""
    path = url(dossier_id, action)
    return await space.submit(await space.get(path), fields, action=path)


async def test_the_list_is_empty_at_first_and_says_what_a_dossier_is(space: Client) -> None:
    page = await space.get(LIST)
    assert "Vous n’avez pas encore de dossier de formation." in page.text
    assert "Créer un dossier" in page.text


async def test_the_list_is_filtered_by_status(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    first = await draft(runtime, person_id, Draft())
    second = await validated(runtime, person_id, whole)
    third = await submitted(runtime, person_id, whole)
    await step(runtime, third, Event.REFUSE, agent_of(whole), Facts(reason="Non."))
    numbers = [(await find(runtime, one)).number for one in (first, second, third)]
    page = await space.get(LIST)
    assert "3 dossiers" in page.text
    assert all(number in page.text for number in numbers)
    for asked, number, label in zip(
        ("elaboration", "valide", "clos"),
        numbers,
        ("En cours d’élaboration", "Validé", "Clos : refusé"),
        strict=True,
    ):
        part = await space.get(f"{LIST}?statut={asked}", htmx=True)
        assert "<html" not in part.html
        assert "1 dossier sur 3" in part.text
        assert [one for one in numbers if one in part.text] == [number]
        assert label in part.text
        assert number in (await space.get(f"{LIST}?statut={asked}")).text
    assert "Aucun dossier n’a ce statut." in (await space.get(f"{LIST}?statut=soumis")).text
    assert "3 dossiers" in (await space.get(f"{LIST}?statut=inconnu")).text


async def test_many_dossiers_are_listed_a_page_at_a_time(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    drafts = [await draft(runtime, person_id, Draft()) for _ in range(2 * PAGE_SIZE + 1)]
    numbers = {(await find(runtime, one)).number for one in drafts}
    pages = [await space.get(path) for path in (LIST, f"{LIST}?page=2", f"{LIST}?page=3")]
    shown = [{number for number in numbers if number in page.text} for page in pages]
    assert [len(one) for one in shown] == [PAGE_SIZE, PAGE_SIZE, 1]
    assert set().union(*shown) == numbers
    for number, page in enumerate(pages, 1):
        assert f"{len(numbers)} dossiers, page {number} sur 3" in page.text
    chosen = await space.get(f"{LIST}?statut=elaboration", htmx=True)
    assert f"{len(numbers)} dossiers sur {len(numbers)}, page 1 sur 3" in chosen.text
    assert f'href="{LIST}?statut=elaboration&amp;page=3"' in chosen.html
    for asked, shown_page in (("99", 3), ("9" * 40, 1), ("x", 1), ("0", 1), ("-1", 1)):
        assert f"page {shown_page} sur 3" in (await space.get(f"{LIST}?page={asked}")).text


async def test_an_incomplete_dossier_lists_all_that_is_missing_with_links_to_its_fields(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft(title="Anglais"))
    page = await space.get(url(dossier_id, "soumettre"))
    assert page.status == 200
    assert "Il reste 8 points à compléter" in page.text
    assert "Soumettre mon dossier" not in page.text
    fields = (
        "trainer_name",
        "trainer_siret",
        "starts_on",
        "ends_on",
        "duration",
        "situation-0",
        "organisme",
    )
    for field in fields[:-1]:
        assert f'href="{url(dossier_id, "modifier")}#{field}"' in page.html
        assert f'id="{field}"' in (await space.get(url(dossier_id, "modifier"))).html
    values = (await space.get(url(dossier_id, "annuler"))).values(url(dossier_id, "annuler"))
    refused = await space.post(url(dossier_id, "soumettre"), {**values, "consent": "y"})
    assert refused.status == 422
    assert "Il reste 8 points à compléter" in refused.text
    assert (await find(runtime, dossier_id)).status is Status.DRAFT


async def test_a_complete_dossier_is_submitted_with_consent_only(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, complete(organisme_id))
    page = await space.get(url(dossier_id, "soumettre"))
    for words in ("15 h DIF + 20 h CPF ; il reste 5 h", "zoe@exemple.fr", "06 12 34 56 78"):
        assert words in page.text
    refused = await press(space, dossier_id, "soumettre")
    assert refused.status == 422
    assert "cochez la case" in refused.error_of("consent")
    page = await press(space, dossier_id, "soumettre", consent="y")
    assert "Votre dossier est soumis." in page.text
    assert "Soumis, avec votre accord par vous" in page.text
    assert (await find(runtime, dossier_id)).consent_at is not None


async def test_a_press_repeated_gets_the_same_answer(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, complete(organisme_id))
    path = url(dossier_id, "soumettre")
    values = {**(await space.get(path)).values(path), "consent": "y"}
    for _ in range(3):
        answer = await space.post(path, values, follow=False)
        assert (answer.status, answer.location) == (303, url(dossier_id))
    assert await count(runtime, "mail") == 1


async def test_cancelling_is_asked_again_then_frees_the_hours(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await validated(runtime, person_id, complete(organisme_id))
    page = await space.get(url(dossier_id, "annuler"))
    reserved = "Les heures réservées (15 h DIF + 20 h CPF) redeviendront disponibles."
    assert reserved in page.text
    assert "autrement" not in page.text
    hours = (await space.get("/espace/heures")).text
    assert "Heures du compte personnel de formation (CPF) 0 h disponibles, 20 h réservées" in hours
    assert (await find(runtime, dossier_id)).status is Status.VALIDATED
    page = await press(space, dossier_id, "annuler")
    assert "Votre dossier est annulé." in page.text
    assert "Clos : annulé" in page.text
    assert (await find(runtime, dossier_id)).closing is ClosingReason.CANCELLED
    ledger = (await space.get("/espace/heures")).text
    assert "Heures du compte personnel de formation (CPF) 20 h disponibles Vos" in ledger, (
        "none is reserved any longer"
    )
    assert "Heures réservées pour un dossier" in ledger
    assert "Heures rendues" in ledger
    assert "n’est plus modifiable" in ledger


async def test_a_draft_is_deleted_after_a_confirmation(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    page = await press(space, dossier_id, "supprimer")
    assert page.url == LIST
    assert "Le brouillon est supprimé." in page.text
    assert (await space.get(url(dossier_id))).status == 404


@pytest.mark.parametrize("action", ["annuler", "soumettre", "supprimer"])
async def test_actions_that_a_closed_dossier_forbids_redirect_to_it(
    space: Client, runtime: Runtime, person_id: UUID, action: str
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    path = url(dossier_id, "annuler")
    values = (await space.get(path)).values(path)
    await press(space, dossier_id, "annuler")
    page = await space.get(url(dossier_id, action))
    assert page.url == url(dossier_id)
    assert "Ce n’est plus possible" in page.text
    answer = await space.post(
        url(dossier_id, action), {**values, "consent": "y", "key": "B" * 42 + "A"}
    )
    assert answer.status == 409
    assert "Annulé, par vous" in answer.text


async def test_the_timeline_shows_each_step_and_its_reason(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    given = Facts(followed=12, reason="Arrêt à la demande du titulaire.")
    await step(runtime, dossier_id, Event.ABANDON, agent_of(whole), given)
    page = await space.get(url(dossier_id))
    text = page.text.partition("Suivi")[2]
    for words in (
        "Créé par vous",
        "Validé par Fongecif de démonstration",
        "Clos : formation abandonnée après 12 h suivies par Fongecif de démonstration",
    ):
        assert words in text
    quoted = "<blockquote>Arrêt à la demande du titulaire.</blockquote>"
    assert quoted in page.html
    assert "Heures débitées 12 h DIF" in page.text
    history = (await space.get("/espace/historique?type=dossiers")).text
    assert "Organisme : Fongecif de démonstration" in history
    number = (await find(runtime, dossier_id)).number
    assert f"Dossier de formation validé ({number}) Anglais professionnel Organisme" in history


async def test_a_dossier_is_not_there_for_another_titulaire(
    app: Starlette, space: Client, runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    other = Person(first_name="Inès", birth_name="Dubois", email="ines@exemple.fr")
    await open_account(runtime, other)
    async with Client(app, address="203.0.113.9") as stranger:
        page = await log_in(stranger, other)
        tokens = (await stranger.get("/espace/heures")).values("/espace/heures")
        assert "Dossiers en cours 0" in page.text
        for action in ("", "modifier", "soumettre", "annuler", "supprimer"):
            for one in (dossier_id, uuid4()):
                assert (await stranger.get(url(one, action))).status == 404
                if action:
                    fields = {**tokens, "revision": "0", "consent": "y"}
                    assert (await stranger.post(url(one, action), fields)).status == 404
    assert (await find(runtime, dossier_id)).status is Status.DRAFT


async def test_logged_out_the_login_leads_back(client: Client) -> None:
    page = await client.get(url(uuid4(), "modifier"), follow=False)
    assert page.location.startswith("/connexion?suite=/espace/dossiers/")
