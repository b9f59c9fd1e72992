"""Searching a formation: while typing, by a button, and the displayed results."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Keyboard, Pointer, assert_focus_is_seen, control, field
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
URL = "/titulaire/ma-liste-de-formations"
FIELD = "Métier, intitulé, code CPF ou numéro RNCP"
OVER = "SELECT code_cpf FROM formation WHERE valid_until < now() ORDER BY code_cpf LIMIT 1"


async def answers(page: Page, text: str) -> None:
    """Check that the results are those of this text, and are announced."""
    await expect(page.locator("#resultats-dit")).to_contain_text(text, use_inner_text=True)


async def test_results_come_as_one_types_are_said_and_are_found_again(new_page: OpenPage) -> None:
    page = await new_page()
    await page.goto(URL)
    typed = field(page, FIELD)
    await typed.press_sequentially("patisier")
    await answers(page, "1 formation pour « patisier »")
    await expect(page.locator("#annonce")).to_have_text(re.compile(r"^1 formation pour"))
    await expect(page.locator("#resultats")).to_contain_text("nous avons cherché")
    await expect(typed).to_be_focused()
    await expect(typed).to_have_value("patisier")
    await expect(page).to_have_url(re.compile(r"\?q=patisier$"))
    await control(page, "Pâtissier").click()
    await expect(page.locator("h1")).to_contain_text("Pâtissier")
    await page.go_back()
    await answers(page, "1 formation pour « patisier »")
    await field(page, FIELD).fill("p")
    await expect(page.locator("#resultats")).to_contain_text("Écrivez un peu plus")
    await field(page, FIELD).fill("")
    await expect(page.locator("#resultats")).to_be_empty()


async def test_the_button_searches_without_scripts(new_page: OpenPage) -> None:
    page = await new_page(scripts="off")
    driver = Pointer(page, scripts=False)
    await driver.open(URL)
    await driver.write(FIELD, "charpentiers")
    await driver.press("Rechercher")
    await answers(page, "1 formation pour « charpentiers »")
    await expect(page.locator("#resultats")).to_be_in_viewport()
    await expect(field(page, FIELD)).to_have_value("charpentiers")
    await driver.press("Charpentier")
    await driver.reads("Créer un dossier avec ce code")
    await driver.press("Rechercher une autre formation")
    await driver.reads("Comment désigner une formation")


async def test_the_keyboard_alone_finds_a_formation(new_page: OpenPage) -> None:
    page = await new_page()
    driver = Keyboard(page)
    await driver.open(URL)
    await driver.write(FIELD, "soudeur")
    await answers(page, "pour « soudeur »")
    await assert_focus_is_seen(page)
    await driver.press("Soudeur en tuyauterie")
    await driver.reads("Numéro RNCP")


async def test_each_answer_is_looked_at(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page = await new_page()
    for name, path in (
        ("results", "?q=agent+bretagne"),
        ("typo", "?q=bullanger+zygomatique"),
        ("none", "?q=menuisier+coiffeur"),
        ("short", "?q=m"),
        ("unknown-code", "/12"),
        ("over", f"/{await site.sql(OVER)}"),
    ):
        await page.goto(f"{URL}{path}")
        await inspector.look(page, f"catalogue-{name}")
