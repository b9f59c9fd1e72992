"""A decision is seen: on the dashboard until it is read, and under the title of its dossier."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support.db.rows import corrupt, run
from tests.support.http.client import Client, Page
from tests.support.pages.tree import text_of
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
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
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.domain.submission import Draft

REASON = "Cette formation n’est pas éligible <hélas>."
TO_READ = "Une réponse à lire"


def after_title(page: Page) -> str:
    """The text of the content, from its title on."""
    assert page.dom is not None
    [title] = page.dom.iter("h1")
    heading = text_of(title)
    return page.text[page.text.index(heading) :]


async def test_a_refusal_is_on_the_dashboard_with_its_reason_until_it_is_read(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    assert TO_READ not in (await space.get("/espace")).text
    await step(runtime, dossier_id, Event.REFUSE, agent_of(whole), Facts(reason=REASON))

    for _ in range(2):
        page = await space.get("/espace")
        assert f"{TO_READ} Attention : Anglais professionnel Refusé, par Fongecif" in page.text
        assert REASON in page.text
    await space.get(f"/espace/dossiers/{dossier_id}")
    assert TO_READ not in (await space.get("/espace")).text


async def test_a_reason_that_cannot_be_read_hides_nothing_else(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    for reason in (REASON, "Il manque le devis."):
        lost = await submitted(runtime, person_id, whole)
        await step(runtime, lost, Event.REFUSE, agent_of(whole), Facts(reason=reason))
    await corrupt(runtime, "dossier_step.reason", "dossier_id = $1 AND reason IS NOT NULL", lost)
    note = (
        "[Ce motif ne peut pas être lu. Écrivez-nous par la page « Nous contacter », en indiquant "
        "le numéro du dossier.]"
    )
    page = await space.get("/espace")
    assert REASON in page.text
    assert note in page.text
    page = await space.get(f"/espace/dossiers/{lost}")
    assert page.status == 200
    assert note in page.text
    assert "École des Quais" in page.text


async def test_the_page_of_a_refusal_begins_with_the_reason_and_what_can_be_done(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id)
    dossier_id = await submitted(runtime, person_id, whole)
    await step(runtime, dossier_id, Event.REFUSE, agent_of(whole), Facts(reason=REASON))
    number = (await find(runtime, dossier_id)).number

    for _ in range(2):
        page = await space.get(f"/espace/dossiers/{dossier_id}")
        text = after_title(page)
        assert text.startswith(f"Anglais professionnel Clos : refusé Dossier n° {number} ")
        assert text.index("Refusé, par Fongecif") < text.index(REASON) < text.index("Contenu")
        assert text.index("Aucune de vos heures n’a été utilisée") < text.index("Contenu")
        assert text.index("Demandez des explications à Fongecif") < text.index("Contenu")
        assert page.dom is not None
        links = {link.get("href") for link in page.dom.iter("a")}
        assert {"/espace/dossiers/nouveau", "/titulaire/mes-interlocuteurs"} <= links


@pytest.mark.parametrize(
    ("event", "words"),
    [(Event.COMPLETE, "Clos : formation terminée"), (Event.CANCEL, "Annulé")],
)
async def test_each_end_of_a_validated_dossier_is_seen(
    space: Client,
    runtime: Runtime,
    person_id: UUID,
    organisme_id: UUID,
    event: Event,
    words: str,
) -> None:
    whole = complete(organisme_id)
    dossier_id = await validated(runtime, person_id, whole)
    assert (
        f"{TO_READ} C’est fait : Anglais professionnel Validé" in (await space.get("/espace")).text
    )
    page = await space.get(f"/espace/dossiers/{dossier_id}")
    text = after_title(page)
    assert text.index("Vos heures sont réservées") < text.index("Contenu")
    assert TO_READ not in (await space.get("/espace")).text
    await step(runtime, dossier_id, event, agent_of(whole), Facts(reason=REASON))
    assert TO_READ in (await space.get("/espace")).text
    text = after_title(await space.get(f"/espace/dossiers/{dossier_id}"))
    assert text.index(f"{words}, par Fongecif") < text.index("Contenu")


async def test_the_titulaires_own_acts_are_not_answers_to_read(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await submitted(runtime, person_id, complete(organisme_id))
    path = f"/espace/dossiers/{dossier_id}/annuler"
    await space.submit(await space.get(path), action=path)
    assert TO_READ not in (await space.get("/espace")).text
    assert "Ce dossier est clos" in (await space.get(f"/espace/dossiers/{dossier_id}")).text


async def test_a_waiting_dossier_says_since_when_and_where(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    dossier_id = await submitted(runtime, person_id, complete(organisme_id))
    text = (await space.get("/espace")).text
    assert "En attente Anglais professionnel Soumis à Fongecif de démonstration aujourd’hui" in text
    await run(
        runtime,
        "UPDATE dossier SET submitted_at = submitted_at - interval '3 days' WHERE id = $1",
        dossier_id,
    )
    assert "Soumis à Fongecif de démonstration il y a 3 jours" in (await space.get("/espace")).text


async def test_every_draft_is_to_do_and_those_sent_back_come_first_with_their_reason(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    for number in range(2):
        await draft(runtime, person_id, Draft(title=f"Soudure {number}"))
    whole = complete(organisme_id)
    sent_back = await submitted(runtime, person_id, whole)
    await step(runtime, sent_back, Event.SEND_BACK, agent_of(whole), Facts(reason=REASON))
    text = (await space.get("/espace")).text
    first, second = "À faire : corriger votre dossier", "À faire : terminer 2 dossiers"
    assert (
        text.index(first)
        < text.index(REASON.rstrip("."))
        < text.index(second)
        < text.index("Soudure 0")
    )
    assert "Soudure 1" in text


async def test_the_dossiers_of_someone_else_are_in_nobody_s_inbox(
    space: Client, runtime: Runtime
) -> None:
    other = await person_of(runtime, await open_account(runtime, Person()))
    await give_hours(runtime, other, dif=1)
    await draft(runtime, other, Draft(title="Cuisine"))
    assert "Cuisine" not in (await space.get("/espace")).text


async def test_the_first_button_of_a_draft_follows_what_it_lacks(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    lacking = await draft(runtime, person_id, Draft(title="Cuisine"))
    whole = await draft(runtime, person_id, complete(organisme_id))
    assert _first_button(await space.get(f"/espace/dossiers/{lacking}")) == "Compléter (8)"
    assert _first_button(await space.get(f"/espace/dossiers/{whole}")) == "Vérifier et soumettre"


def _first_button(page: Page) -> str:
    assert page.dom is not None
    [main] = page.dom.iter("main")
    return next("".join(a.itertext()) for a in main.iter("a") if a.get("class") == "button")
