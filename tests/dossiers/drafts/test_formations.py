"""The formation of a dossier: searched while typing or by a button, chosen, kept."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.support.db.rows import count, value
from tests.support.http.client import Client, Page
from tests.support.text.spaces import plain
from tests.support.training.dossiers import draft, find
from tests.support.training.importing import import_lines, line
from web.core.runtime import Runtime
from web.domain.submission import Draft

NEW = "/espace/dossiers/nouveau"
JOINER, BAKER = "Menuisier agenceur", "Boulanger, spécialité pains"


@pytest.fixture(autouse=True)
async def catalogue(runtime: Runtime) -> None:
    """A few formations, one of which has ended."""
    await import_lines(
        runtime,
        [
            line(2368, JOINER, rncp="90001", region="Bretagne", audience="Salariés"),
            line(2369, JOINER, rncp="90001", region="Corse", valid_until="2020-12-31"),
            line(2370, BAKER),
            line(2371, "Boulanger d’autrefois", valid_until="2020-12-31"),
        ],
    )


def codes(page: Page) -> dict[str, str]:
    """The formations offered: label by code."""
    assert page.dom is not None
    labels = {label.get("for"): "".join(label.itertext()) for label in page.dom.iter("label")}
    return {
        node.get("value", ""): plain(labels[node.get("id")])
        for node in page.dom.iter("input")
        if node.get("name") == "code"
    }


async def only(runtime: Runtime) -> Draft:
    """The contents of the only dossier."""
    return (await find(runtime, await value(runtime, "SELECT id FROM dossier"))).contents


async def test_as_one_types_the_formations_are_offered_with_their_codes(space: Client) -> None:
    part = await space.get(f"{NEW}?search=menuisiers", htmx=True)
    assert "<html" not in part.html
    assert codes(part) == {
        "2368": f"{JOINER} (code CPF 2368, Bretagne, Salariés)",
        "": "Une autre : je saisis son intitulé",
    }
    assert "1 formation pour « menuisiers »." in part.text
    part = await space.get(f"{NEW}?search=boulengé", htmx=True)
    assert codes(part).keys() == {"2370", ""}
    assert (
        "« boulengé » n’est pas dans le catalogue : nous avons cherché « boulanger »" in part.text
    )
    nothing = await space.get(f"{NEW}?search=astronaute", htmx=True)
    assert codes(nothing) == {}
    assert "Aucune formation pour « astronaute »" in nothing.text
    assert "deux lettres" in (await space.get(f"{NEW}?search=a", htmx=True)).text
    assert (await space.get(f"{NEW}?search=", htmx=True)).text == ""
    whole = await space.get(f"{NEW}?search=pain")
    assert codes(whole).keys() == {"2370", ""}
    assert whole.values(NEW)["search"] == "pain"


async def test_a_chosen_formation_stays_offered_during_other_searches(space: Client) -> None:
    part = await space.get(f"{NEW}?search=boulanger&code=2368", htmx=True)
    assert codes(part).keys() == {"2368", "2370", ""}
    assert re.search(r'<input id="code-0"[^>]* checked', part.html)
    # An unknown or expired code cannot have been chosen here.
    for code in ("999999", "2371", "x" * 50, "%00"):
        part = await space.get(f"{NEW}?search=boulanger&code={code}", htmx=True)
        assert codes(part).keys() == {"2370", ""}


async def test_without_scripts_a_button_searches_and_keeps_all_that_was_typed(
    space: Client, runtime: Runtime
) -> None:
    fields = {"search": "menuisier", "duration": "35 h", "starts_on": "bientôt", "rechercher": "1"}
    page = await space.submit(await space.get(NEW), fields, action=NEW)
    assert page.status == 200
    assert "1 formation pour « menuisier »." in page.text
    assert await count(runtime, "dossier") == 0
    kept = page.values(NEW)
    assert (kept["duration"], kept["starts_on"]) == ("35 h", "bientôt")
    chosen = {"code": "2368", "starts_on": ""}
    await space.submit(page, chosen, action=NEW)
    contents = await only(runtime)
    assert (contents.code_cpf, contents.title, contents.duration) == ("2368", JOINER, 35)


async def test_a_formation_opened_from_the_catalogue_is_chosen_already(
    space: Client, runtime: Runtime
) -> None:
    page = await space.get(f"{NEW}?code=2370")
    assert codes(page) == {
        "2370": f"{BAKER} (code CPF 2370)",
        "": "Une autre : je saisis son intitulé",
    }
    await space.submit(page, action=NEW)
    assert (await only(runtime)).title == BAKER
    for code in ("999999", "2371", "pas-un-code", "%00"):
        assert codes(await space.get(f"{NEW}?code={code}")) == {}


async def test_a_search_of_control_characters_finds_nothing(space: Client) -> None:
    page = await space.get(f"{NEW}?search=%00&code=%00")
    assert page.status == 200
    assert codes(page) == {}


async def test_a_code_that_is_not_offered_is_refused_and_its_title_never_believed(
    space: Client, runtime: Runtime
) -> None:
    page = await space.get(NEW)
    for code in ("999999", "2371", "2370; x", "\0"):
        page = await space.submit(page, {"code": code, "title": "Faux"}, action=NEW)
        assert page.status == 422
        assert "n’est plus au catalogue" in page.error_of("search")
    await space.submit(page, {"code": "2370", "title": "Faux"}, action=NEW)
    assert (await only(runtime)).title == BAKER


async def test_another_than_those_offered_has_the_title_that_is_typed(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft(code_cpf="2368", title=JOINER))
    path = f"/espace/dossiers/{dossier_id}/modifier"
    page = await space.get(path)
    assert page.values(path)["code"] == "2368"
    assert page.values(path)["title"] == ""
    await space.submit(page, {"code": "", "title": "Vitrail"}, action=path)
    contents = (await find(runtime, dossier_id)).contents
    assert (contents.code_cpf, contents.title) == ("", "Vitrail")


async def test_a_formation_that_left_the_catalogue_stays_in_its_dossier(
    space: Client, runtime: Runtime, person_id: UUID
) -> None:
    dossier_id = await draft(runtime, person_id, Draft(code_cpf="4000", title="Sabotier"))
    path = f"/espace/dossiers/{dossier_id}/modifier"
    page = await space.get(path)
    assert codes(page)["4000"] == "Sabotier (code CPF 4000)"
    await space.submit(page, {"duration": "35"}, action=path)
    contents = (await find(runtime, dossier_id)).contents
    assert (contents.code_cpf, contents.title, contents.duration) == ("4000", "Sabotier", 35)


async def test_enter_searches_until_a_formation_is_chosen_or_named_then_saves(
    space: Client, runtime: Runtime
) -> None:
    page = await space.submit(
        await space.get(NEW), {"search": "menuisier", "entree": "1"}, action=NEW
    )
    assert page.status == 200
    assert "formation pour « menuisier »" in page.text
    assert await count(runtime, "dossier") == 0
    for chosen in ({"title": "Ébénisterie"}, {"code": "2368"}):
        fields = {"search": "menuisier", "entree": "1", **chosen}
        page = await space.submit(await space.get(NEW), fields, action=NEW)
        assert page.url.startswith("/espace/dossiers/")
        assert page.url != NEW
    assert await count(runtime, "dossier") == 2


async def test_the_button_saves_whatever_is_left_in_the_search(
    space: Client, runtime: Runtime
) -> None:
    fields = {"search": "menuisier", "title": "Ébénisterie"}
    page = await space.submit(await space.get(NEW), fields, action=NEW)
    assert page.url != NEW
    assert await count(runtime, "dossier") == 1
