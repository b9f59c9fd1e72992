"""The queue after a decision: which dossier was decided on, how, and which one comes next."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.support.db.rows import run
from tests.support.desks.agents import InventedAgent
from tests.support.desks.organisme_desk import queue_after
from tests.support.http.client import Client
from tests.support.text.spaces import plain
from tests.support.training.dossiers import Submit, find, step
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.dossiers.access import Author

NEXT = "Dossier suivant : "


async def decide(runtime: Runtime, dossier_id: UUID, event: Event, agent: InventedAgent) -> None:
    assert agent.organisation_id
    author = Author.organisme(agent.organisation_id, agent.organisation)
    await step(runtime, dossier_id, event, author, Facts(reason="À revoir.", followed=1))


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        ([Event.VALIDATE], "est validé, et les heures sont réservées. Un courriel prévient"),
        ([Event.SEND_BACK], "est renvoyé : il reviendra ici quand la personne"),
        ([Event.REFUSE], "est refusé. Un courriel prévient"),
        ([Event.CANCEL], "est annulé. Un courriel prévient"),
        ([Event.VALIDATE, Event.COMPLETE], "est clos. Un courriel prévient"),
        ([Event.VALIDATE, Event.ABANDON], "est clos. Un courriel prévient"),
    ],
)
async def test_the_queue_says_which_dossier_was_decided_on_and_how(
    desk: Client,
    dossier_id: UUID,
    runtime: Runtime,
    agent: InventedAgent,
    events: list[Event],
    outcome: str,
) -> None:
    for event in events:
        await decide(runtime, dossier_id, event, agent)
    page = await desk.get(queue_after(dossier_id))
    number = (await find(runtime, dossier_id)).number
    assert f"Le dossier « Anglais professionnel » (n° {number}) {outcome}" in page.text
    assert "Aucun autre dossier n’attend votre décision." in page.text


async def test_the_next_dossier_is_the_one_submitted_after_and_at_the_end_the_oldest(
    desk: Client, submit: Submit, runtime: Runtime, agent: InventedAgent
) -> None:
    ids = {title: await submit(title=title) for title in ("Ancien", "Choisi", "Suivant", "Récent")}
    await decide(runtime, ids["Choisi"], Event.SEND_BACK, agent)
    page = await desk.get(queue_after(ids["Choisi"]))
    assert f"{NEXT}Suivant" in page.text
    assert f'class="button" href="/organisme/dossiers/{ids["Suivant"]}"' in page.html
    await decide(runtime, ids["Récent"], Event.VALIDATE, agent)
    assert f"{NEXT}Ancien" in (await desk.get(queue_after(ids["Récent"]))).text


async def test_no_mail_is_announced_once_the_account_is_closed(
    desk: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent
) -> None:
    await run(runtime, "DELETE FROM account")
    await decide(runtime, dossier_id, Event.REFUSE, agent)
    page = await desk.get(queue_after(dossier_id))
    assert "est refusé." in page.text
    assert "Un courriel prévient" not in page.text


async def test_nothing_is_told_of_a_dossier_that_its_person_changed_since(
    desk: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent, person_id: UUID
) -> None:
    await decide(runtime, dossier_id, Event.SEND_BACK, agent)
    assert "est renvoyé" in (await desk.get(queue_after(dossier_id))).text
    person = Author.titulaire(person_id)
    await step(runtime, dossier_id, Event.CANCEL, person)
    page = await desk.get(queue_after(dossier_id))
    assert "Anglais professionnel" not in page.text
    assert "C’est fait" not in page.text


async def test_nothing_is_told_to_another_organisme_nor_of_what_does_not_exist(
    desk: Client, other_organisme: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent
) -> None:
    assert "C’est fait" not in (await desk.get(queue_after(dossier_id))).text, "it still waits"
    await decide(runtime, dossier_id, Event.VALIDATE, agent)
    for page in (
        await other_organisme.get(queue_after(dossier_id)),
        await desk.get(queue_after(uuid4())),
        await desk.get("/organisme?decision=x"),
    ):
        assert page.status == 200
        assert "C’est fait" not in page.text


async def test_decisions_differ_in_words_and_place(
    desk: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent
) -> None:
    """To refuse answers a request, to cancel undoes it, to close ends its training."""
    page = await desk.get(f"/organisme/dossiers/{dossier_id}")
    first, _, last = page.text.partition("La personne")
    for words in ("Valider ce dossier", "Renvoyer pour correction", "Refuser ce dossier"):
        assert words in first
    assert "Annuler ce dossier" not in first
    assert "Gérer ce dossier Annuler ce dossier" in last
    for action in ("refuser", "annuler"):
        assert (
            f'class="button danger" href="/organisme/dossiers/{dossier_id}/{action}"' in page.html
        )
        form = await desk.get(f"/organisme/dossiers/{dossier_id}/{action}")
        assert '<button class="button danger"' in form.html
    await decide(runtime, dossier_id, Event.VALIDATE, agent)
    page = await desk.get(f"/organisme/dossiers/{dossier_id}")
    assert "Clore à la fin de la formation" in page.text.partition("La personne")[0]


@pytest.mark.parametrize(
    ("event", "title"), [(Event.VALIDATE, "Validé, par "), (Event.REFUSE, "Refusé, par ")]
)
async def test_a_decision_stands_under_the_name_of_the_dossier(
    desk: Client, dossier_id: UUID, runtime: Runtime, agent: InventedAgent, event: Event, title: str
) -> None:
    await decide(runtime, dossier_id, event, agent)
    page = await desk.get(f"/organisme/dossiers/{dossier_id}")
    number = (await find(runtime, dossier_id)).number
    assert plain(page.title).startswith(
        f"Anglais professionnel, dossier n° {number} – Espace organisme"
    )
    text = page.text.partition("Anglais professionnel")[2]
    assert text.index(f"Dossier n° {number}") < text.index(title) < text.index("La personne")
    assert text.index("À revoir.") < text.index("La personne")


async def test_the_pages_of_decisions_name_the_formation(desk: Client, dossier_id: UUID) -> None:
    for action, verb in (("valider", "Valider"), ("refuser", "Refuser"), ("annuler", "Annuler")):
        page = await desk.get(f"/organisme/dossiers/{dossier_id}/{action}")
        assert plain(page.title).startswith(f"{verb} le dossier « Anglais professionnel » – Espace")
