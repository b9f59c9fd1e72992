"""Enter in a field, and the buttons that each way of reading a page exposes."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.drivers import field
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_identity
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import Site, program

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
NEW_DOSSIER = "/espace/dossiers/nouveau"
SCRIPTS = pytest.mark.parametrize("scripts", ["on", "off"])
# The forms with several buttons that send them.
SEVERAL = {"/contact": "Envoyer le message", NEW_DOSSIER: "Enregistrer"}


@SCRIPTS
async def test_enter_in_the_search_of_a_dossier_searches_and_in_its_other_fields_saves(
    new_page: OpenPage, saved: SavedSessions, scripts: str
) -> None:
    page = await new_page(scripts=scripts, storage_state=saved.planner)
    await page.goto(NEW_DOSSIER)
    await field(page, "Rechercher dans le catalogue").fill("zbvkw")
    await page.keyboard.press("Enter")
    await expect(page.locator("#formations")).to_contain_text("Aucune formation pour « zbvkw »")
    assert page.url.endswith(NEW_DOSSIER)
    await field(page, "Rechercher dans le catalogue").fill("")
    await field(page, "N° SIRET de l’organisme de formation").fill("12")
    await page.keyboard.press("Enter")
    await expect(page.locator(".summary")).to_contain_text("SIRET")


@SCRIPTS
async def test_enter_in_a_field_beside_the_security_check_sends_the_form(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page = await new_page(scripts=scripts)
    await to_identity(page, site)
    await field(page, "Prénom").fill("Zoé")
    await assert_sent_by_enter(page)
    await page.goto("/contact")
    await field(page, "Sujet").fill("Bonjour")
    await assert_sent_by_enter(page)


async def assert_sent_by_enter(page: Page) -> None:
    """Press Enter: the form is sent, which it says by its errors; the characters stay."""
    await page.keyboard.press("Enter")
    await expect(page.locator("#erreurs")).to_be_focused()
    await expect(page.locator("#controle")).not_to_contain_text("nouveaux caractères")


@pytest.mark.parametrize("path", SEVERAL)
async def test_no_button_is_exposed_twice(
    new_page: OpenPage, saved: SavedSessions, path: str
) -> None:
    """Neither by the accessibility tree, nor in a browser without stylesheets."""
    page = await new_page(storage_state=saved.planner if path == NEW_DOSSIER else None)
    answer = await page.goto(path)
    assert answer is not None
    main = page.locator("main, .space-content").last
    names = re.findall(r'button "([^"]*)"', await main.aria_snapshot())
    assert names.count(SEVERAL[path]) == 1
    assert max(Counter(names).values()) == 1
    shown = await in_w3m(await answer.text())
    assert len(re.findall(rf"^ *{SEVERAL[path].split()[0]}\b", shown, re.MULTILINE)) == 1, shown


async def in_w3m(html: str) -> str:
    """The text that w3m shows of a page."""
    process = await asyncio.create_subprocess_exec(
        program("w3m"), "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    shown, _ = await process.communicate(html.encode())
    return shown.decode()
