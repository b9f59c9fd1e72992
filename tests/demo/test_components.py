"""The component gallery: demonstration only, complete, with each state."""

from __future__ import annotations

import re

import pytest
from jinja2 import Environment, nodes

from tests.support.http.client import Client
from tests.support.programs.settings import NOWHERE, make_settings
from tests.support.repository import ROOT
from web.app import create_app
from web.core.http.paging import page_url
from web.demo.specimens import STEPS, STRENGTHS

COMPONENTS = "/demo/composants"
WRONG = f"{COMPONENTS}/erreurs"

TEMPLATES = ROOT / "templates"
JINJA = Environment()
# Macros that show nothing of their own; the tests of every form see them.
INVISIBLE = {"post_form", "enter_button"}


@pytest.mark.parametrize("url", [COMPONENTS, WRONG])
@pytest.mark.parametrize("environment", ["demo", "test", "production"])
async def test_the_components_are_shown_nowhere_else(url: str, environment: str) -> None:
    settings = make_settings(database_url=NOWHERE).model_copy(update={"environment": environment})
    async with Client(create_app(settings)) as client:
        assert (await client.get(url)).status == 404


async def test_robots_are_kept_from_them(demonstration: Client) -> None:
    page = await demonstration.get(COMPONENTS)
    assert page.response.headers["x-robots-tag"] == "noindex"


def test_each_macro_of_the_components_is_there() -> None:
    macros, shown = set(), set()
    for path in (TEMPLATES / "components").glob("*.html"):
        tree = JINJA.parse(path.read_text())
        macros |= {node.name for node in tree.find_all(nodes.Macro)}
        # Macros used by another macro are shown with it.
        shown |= {node.name for node in tree.find_all(nodes.Name)}
    for path in (TEMPLATES / "demo").glob("*.html"):
        for node in JINJA.parse(path.read_text()).find_all(nodes.FromImport):
            shown |= {one if isinstance(one, str) else one[0] for one in node.names}
    assert macros - shown == INVISIBLE


async def test_the_pages_of_a_list_are_the_first_the_last_and_those_near(
    demonstration: Client,
) -> None:
    for asked, near in ((1, [1, 2, 3, 12]), (7, [1, 5, 6, 7, 8, 9, 12]), (12, [1, 10, 11, 12])):
        page = await demonstration.get(f"{COMPONENTS}?page={asked}")
        assert [int(number) for number in re.findall(r">Page (\d+)</a>", page.html)] == near
        assert f'id="page-{asked}" href="{page_url(COMPONENTS, asked)}" aria-current' in page.html


@pytest.mark.parametrize("step", range(1, len(STEPS) + 1))
async def test_the_stepper_shows_at_each_step(demonstration: Client, step: int) -> None:
    page = await demonstration.get(f"{COMPONENTS}?etape={step}")
    assert f"Étape {step} sur {len(STEPS)}" in page.text
    assert page.html.count('class="done"') == step - 1


@pytest.mark.parametrize("level", range(len(STRENGTHS)))
async def test_the_strength_shows_at_each_level(demonstration: Client, level: int) -> None:
    page = await demonstration.get(f"{COMPONENTS}?robustesse={level}")
    assert f"strength strength-{level}" in page.html
    assert f"Mot de passe : {STRENGTHS[level]}" in page.text


async def test_both_kinds_of_security_check_show(demonstration: Client) -> None:
    assert "Caractères affichés" in (await demonstration.get(COMPONENTS)).text
    page = await demonstration.get(f"{COMPONENTS}?genre=question")
    assert "Votre réponse à la question" in page.text


async def test_a_state_that_is_none_shows_another(demonstration: Client) -> None:
    page = await demonstration.get(f"{COMPONENTS}?etape=9&robustesse=x&genre=y")
    assert page.status == 200


async def test_the_wrong_fields_show_as_a_refused_form_does(demonstration: Client) -> None:
    page = await demonstration.get(WRONG)
    assert page.status == 422
    assert page.title.startswith("Erreur")
    for sentence in ("Saisissez les 13", "Indiquez votre civilité", "Cochez la case"):
        assert page.text.casefold().count(sentence.casefold()) == 2
