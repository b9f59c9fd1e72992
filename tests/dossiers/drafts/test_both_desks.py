"""Drafts as both desks prepare them: refused, repeated, changed meanwhile, no longer drafts."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.dossiers.drafts.desks import DraftingDesk
from tests.support.db.idempotency import new_command
from tests.support.db.rows import column, count
from tests.support.titulaires.accounts import events_of
from tests.support.training.dossiers import AGREED, complete, draft, find, step
from tests.support.training.draft_form import TYPED as TYPED_BY_TITULAIRE
from web.core.runtime import Runtime
from web.domain.dossier import Event
from web.domain.submission import Draft
from web.dossiers.access import Author
from web.dossiers.drafts.service import save_draft

# An employer has no confidential dossier.
TYPED = {name: text for name, text in TYPED_BY_TITULAIRE.items() if name != "confidential"}
REFUSED = [
    ("trainer_siret", "73282932000075", "n’est pas un SIRET"),
    ("trainer_siret", "12", "14 chiffres"),
    ("starts_on", "31/02/2027", "Saisissez la date de début comme"),
    ("ends_on", "bientôt", "Saisissez la date de fin comme"),
    ("ends_on", "01/01/0207", "Vérifiez l’année de la date de fin"),
    ("duration", "35,5", "arrondissez"),
    ("duration", "0", "au moins 1 h"),
    ("cost", "-1", "Le coût ne peut pas être négatif"),
    ("cost", "1,234", "deux chiffres au plus"),
    ("on_working_time", "peut-être", "Indiquez si la formation a lieu"),
    ("situation", "retraite", "l’une des trois situations"),
    ("employer", "73282932000075", "n’est pas un SIRET"),
    ("employer", "x" * 201, "nom de 200 caractères au plus"),
    ("organisme", "celui-ci", "Choisissez un organisme de la liste"),
    ("organisme", "0198c0de-0000-7000-8000-000000000000", "Choisissez un organisme de la liste"),
    ("title", "x" * 201, "intitulé de 200 caractères au plus"),
]


async def test_only_a_titulaire_is_led_from_a_save_to_the_submission(
    drafting: DraftingDesk, runtime: Runtime
) -> None:
    page = await drafting.browser.get(drafting.new)
    fields = {"title": "Soudure", "verifier": "1"}
    page = await drafting.browser.submit(page, fields, action=drafting.new)
    [dossier_id] = await column(runtime, "SELECT id FROM dossier")
    submits = drafting.root == "/espace/dossiers"
    assert page.url == drafting.path(dossier_id, "soumettre" if submits else "")
    edit = await drafting.browser.get(drafting.path(dossier_id, "modifier"))
    assert ("Enregistrer et vérifier" in edit.text) is submits


async def test_nonsense_is_refused_and_nothing_typed_is_lost(
    drafting: DraftingDesk, runtime: Runtime, organisme_id: UUID
) -> None:
    page = await drafting.browser.get(drafting.new)
    for field, typed, sentence in REFUSED:
        fields = {**TYPED, field: typed}
        page = await drafting.browser.submit(page, fields, action=drafting.new)
        assert page.status == 422
        assert sentence in page.error_of(field), (field, typed)
        kept = page.values(drafting.new)
        for name, text in fields.items():
            # A value outside the choices cannot be shown as selected.
            if name != field or name not in ("on_working_time", "situation", "organisme"):
                assert kept[name] == text
    assert await count(runtime, "dossier") == 0


async def test_the_same_press_five_times_has_one_effect(
    drafting: DraftingDesk, runtime: Runtime
) -> None:
    browser, new = drafting.browser, drafting.new
    values = (await browser.get(new)).values(new) | TYPED
    answers = [await browser.post(new, values, follow=False) for _ in range(2)]
    answers += await asyncio.gather(*(browser.post(new, values, follow=False) for _ in range(3)))
    assert {answer.status for answer in answers} == {303}
    [dossier_id] = await column(runtime, "SELECT id FROM dossier")
    assert {answer.location for answer in answers} == {drafting.path(dossier_id)}

    path = drafting.path(dossier_id, "supprimer")
    values = (await browser.get(path)).values(path)
    for _ in range(2):
        page = await browser.post(path, values)
        assert page.url == drafting.home
        assert "Le brouillon est supprimé." in page.text
    assert len(await events_of(runtime, "dossier_deleted")) == 1


async def test_a_draft_that_changed_meanwhile_is_told_and_what_was_typed_is_kept(
    drafting: DraftingDesk, runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft())
    path = drafting.path(dossier_id, "modifier")
    page = await drafting.browser.get(path)
    await save_draft(
        runtime,
        dossier_id,
        Draft(title="Soudure", trainer_name=TYPED["trainer_name"], duration=12),
        drafting.other,
        seen_revision=0,
        command=new_command(),
    )
    answer = await drafting.browser.submit(page, TYPED, action=path)
    assert answer.status == 409
    others = answer.described()
    assert others["Intitulé de la formation"] == "Soudure"
    assert (others["Durée"], others["Date de début"]) == ("12", "vide")
    assert "Nom de l’organisme de formation" not in others, "both wrote the same"
    said = f"Ce dossier a changé entre-temps. Modifié, par {drafting.other_named}"
    assert said in answer.text
    assert answer.values(path)["title"] == TYPED["title"]
    assert (await find(runtime, dossier_id)).contents.title == "Soudure"
    saved = await drafting.browser.submit(answer, action=path)
    assert saved.status == 200
    assert (await find(runtime, dossier_id)).contents.title == TYPED["title"]


@pytest.mark.parametrize("action", ["modifier", "supprimer"])
async def test_a_submitted_dossier_is_neither_edited_nor_deleted(
    drafting: DraftingDesk, runtime: Runtime, person_id: UUID, organisme_id: UUID, action: str
) -> None:
    dossier_id = await draft(runtime, person_id, complete(organisme_id))
    path = drafting.path(dossier_id, action)
    values = (await drafting.browser.get(path)).values(path)
    await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), AGREED)
    page = await drafting.browser.get(path)
    assert page.url == drafting.path(dossier_id)
    assert "Ce n’est plus possible pour ce dossier" in page.text
    assert path not in page.html

    page = await drafting.browser.post(path, values | TYPED)
    assert page.status == 409
    assert "Ce dossier a changé entre-temps" in page.text
    assert f"Soumis, par {drafting.titulaire_named}" in page.text
    revision = str((await find(runtime, dossier_id)).revision)
    page = await drafting.browser.post(path, values | TYPED | {"revision": revision})
    if action == "modifier":
        # The page says where the dossier stands, and shows the unsaved values.
        assert page.status == 409
        assert f"Soumis, par {drafting.titulaire_named}" in page.text
        assert page.described()["Intitulé de la formation"] == TYPED["title"]
    else:
        assert "Ce n’est plus possible pour ce dossier" in page.text
