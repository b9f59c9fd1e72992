"""A draft changed by someone else while its form was open."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.support.db.idempotency import new_command
from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.text.spaces import plain
from tests.support.training.dossiers import complete, draft, find, give_hours, step
from tests.support.training.draft_form import NEW, TYPED, edit_url
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts
from web.domain.submission import Draft
from web.dossiers.access import Author
from web.dossiers.drafts.service import delete_draft

SEARCHED = {"rechercher": "1", "search": "soudeur"}


@pytest.mark.parametrize("change", [{}, {"duration": "beaucoup"}, {"revision": "1"}])
async def test_text_typed_in_a_dossier_submitted_meanwhile_is_shown_for_copying(
    space: Client,
    runtime: Runtime,
    person_id: UUID,
    organisme_id: UUID,
    change: dict[str, str],
) -> None:
    """The form is valid, invalid, or claims to have seen the submission."""
    whole = complete(organisme_id)
    dossier_id = await draft(runtime, person_id, whole)
    page = await space.get(edit_url(dossier_id))
    agreed = Facts(consent_at=runtime.clock.now())
    await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), agreed)
    typed = {
        "title": "Soudure <à> l’arc",
        "code": "",
        "trainer_name": "",
        "on_working_time": "non",
        "organisme": str(organisme_id),
        "confidential": "y",
    }
    answer = await space.submit(page, typed | change, action=edit_url(dossier_id))

    assert answer.status == 409
    lines = answer.described()
    assert lines["Intitulé de la formation"] == "Soudure <à> l’arc"
    assert lines["Durée"] == change.get("duration", str(whole.duration))
    assert lines["Sur le temps de travail"] == "Non"
    assert lines["Organisme financeur"] == "Fongecif de démonstration"
    assert lines["Dossier confidentiel"] == "Oui"
    assert not {"Nom de l’organisme de formation", "Formation choisie"} & set(lines)
    assert (await find(runtime, dossier_id)).contents == whole


async def test_the_formation_that_was_chosen_is_given_back_by_its_name(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    whole = complete(organisme_id, code_cpf="7066", title="Anglais professionnel, niveau B2")
    dossier_id = await draft(runtime, person_id, whole)
    values = (await space.get(edit_url(dossier_id))).values(edit_url(dossier_id))
    agreed = Facts(consent_at=runtime.clock.now())
    await step(runtime, dossier_id, Event.SUBMIT, Author.titulaire(person_id), agreed)
    for code, said in (
        ("7066", "Anglais professionnel, niveau B2, code CPF 7066"),
        ("7067", "code CPF 7067"),
    ):
        answer = await space.post(edit_url(dossier_id), values | {"code": code, "duration": "?"})
        assert plain(answer.described()["Formation choisie"]) == said


@pytest.mark.parametrize("change", [{}, {"duration": "beaucoup"}, SEARCHED])
async def test_text_typed_in_a_draft_deleted_meanwhile_can_become_another_draft(
    space: Client, runtime: Runtime, person_id: UUID, change: dict[str, str]
) -> None:
    dossier_id = await draft(runtime, person_id, Draft(title="Soudure"))
    page = await space.get(edit_url(dossier_id))
    author = Author.titulaire(person_id)
    await delete_draft(runtime, dossier_id, author, seen_revision=0, command=new_command())

    answer = await space.submit(page, TYPED | change, action=edit_url(dossier_id))

    assert answer.status == 404
    assert "Votre demande n’a pas abouti Ce dossier n’existe plus" in answer.text
    assert answer.html.count("autofocus") == 1
    values = answer.values(NEW)
    assert {name: values[name] for name in TYPED} == TYPED | {
        name: typed for name, typed in change.items() if name in TYPED
    }
    saved = await space.submit(answer, {"duration": "40"}, action=NEW)
    assert "Votre dossier est enregistré." in saved.text
    assert "Anglais professionnel" in saved.text


async def test_the_page_does_not_disclose_the_owner_of_the_dossier(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    values = (await space.get(NEW)).values(NEW) | TYPED
    stranger = await value(runtime, "INSERT INTO person (nir_digest) VALUES ('x') RETURNING id")
    await give_hours(runtime, stranger, dif=15, cpf=20)
    theirs = await draft(runtime, stranger, Draft(title="Soudure"))
    pages = [await space.post(edit_url(number), values) for number in (theirs, uuid4())]
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].main == pages[1].main
    assert (await find(runtime, theirs)).contents.title == "Soudure"
