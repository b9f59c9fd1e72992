"""The titulaire's situation: filled at both desks, kept, and what it says of the organisme."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.dossiers.drafts.desks import DraftingDesk
from tests.support.db.rows import column, run
from tests.support.http.client import Client
from tests.support.training.dossiers import add_organisme, complete, draft, find
from tests.support.training.draft_form import TYPED as TYPED_BY_TITULAIRE
from tests.support.training.draft_form import edit_url
from web.core.runtime import Runtime
from web.domain.situation import Situation
from web.domain.submission import Draft

TYPED = {name: text for name, text in TYPED_BY_TITULAIRE.items() if name != "confidential"}
CATEGORY = "UPDATE organisation SET category = $2 WHERE id = $1"


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        (("salarie", "732 829 320 00074"), (Situation.EMPLOYEE, "73282932000074"), "732 829 320"),
        (("salarie", "Boulangerie 2 000"), (Situation.EMPLOYEE, "Boulangerie 2 000"), "2 000"),
        (("recherche", "Ateliers du Lac"), (Situation.JOBSEEKER, ""), "À la recherche d’un emploi"),
        (("autre", ""), (Situation.OTHER, ""), "Autre situation"),
        (("", "Ateliers du Lac"), (None, "Ateliers du Lac"), "Ateliers du Lac"),
    ],
)
async def test_the_situation_is_kept_and_shown_with_the_employer_of_an_employee(
    drafting: DraftingDesk,
    runtime: Runtime,
    typed: tuple[str, str],
    kept: tuple[Situation | None, str],
    shown: str,
) -> None:
    situation, employer = typed
    fields = {**TYPED, "situation": situation, "employer": employer}
    page = await drafting.browser.get(drafting.new)
    answer = await drafting.browser.submit(page, fields, action=drafting.new)
    assert answer.status == 200
    [dossier_id] = await column(runtime, "SELECT id FROM dossier")
    contents = (await find(runtime, dossier_id)).contents
    assert (contents.situation, contents.employer) == kept
    assert shown in answer.text
    path = drafting.path(dossier_id, "modifier")
    values = (await drafting.browser.get(path)).values(path)
    assert values.get("situation", "") == situation
    assert values["employer"].replace("\u00a0", " ") == (employer if kept[1] else "")


async def test_the_choice_shows_which_organisme_each_situation_calls_for(
    drafting: DraftingDesk,
) -> None:
    page = await drafting.browser.get(drafting.new)
    for words in (
        "En emploi salarié : l’organisme paritaire collecteur agréé (OPCA)",
        "À la recherche d’un emploi : Pôle emploi ou la région",
        "(Agefiph)",
    ):
        assert words in page.text


async def test_organismes_are_grouped_by_category_once_one_has_any(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID
) -> None:
    url = edit_url(await draft(runtime, person_id, Draft(title="Soudure")))
    assert "<optgroup" not in (await space.get(url)).html
    await add_organisme(runtime, "Pôle emploi de démonstration")
    await run(runtime, CATEGORY, organisme_id, "opacif")
    select = (await space.get(url)).html.partition('name="organisme"')[2]
    groups = select.partition("</select>")[0].split("<optgroup")[1:]
    assert len(groups) == 2
    assert "Opacif" in groups[0]
    assert "Fongecif de démonstration" in groups[0]
    assert "Autres organismes" in groups[1]
    assert "Pôle emploi de démonstration" in groups[1]


@pytest.mark.parametrize("page", ["", "modifier", "soumettre"])
async def test_a_choice_that_does_not_fit_the_situation_is_to_be_checked(
    space: Client, runtime: Runtime, person_id: UUID, organisme_id: UUID, page: str
) -> None:
    whole = complete(organisme_id, situation=Situation.JOBSEEKER, employer="")
    dossier_id = await draft(runtime, person_id, whole)
    url = f"/espace/dossiers/{dossier_id}/{page}".rstrip("/")
    question = "Vérifiez votre choix avant de soumettre ce dossier."
    assert question not in (await space.get(url)).text, "of an organisme without a category"
    await run(runtime, CATEGORY, organisme_id, "opca")
    found = (await space.get(url)).text
    assert "Vous indiquez être à la recherche d’un emploi" in found
    assert question in found
    await run(runtime, CATEGORY, organisme_id, "region")
    assert question not in (await space.get(url)).text


async def test_the_situation_names_the_organisme_to_choose(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    contents = Draft(title="Soudure", situation=Situation.JOBSEEKER)
    dossier_id = await draft(runtime, person_id, contents)
    page = await space.get(f"/espace/dossiers/{dossier_id}")
    assert "ce dossier s’adresse à Pôle emploi, à votre région" in page.text
