"""The titulaire's dossiers, from an incomplete draft to its cancellation, with every driver."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.acts.dossiers import open_with_hours, run_story
from tests.journeys.browsers.checks import InspectingKeyboard, Inspector
from tests.journeys.browsers.drivers import Pointer
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_dossier_by_the_keyboard_alone(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    driver = InspectingKeyboard(await new_page(), inspector)
    await open_with_hours(driver, site, blocked_first=True)
    await run_story(driver)


async def test_a_dossier_without_scripts(new_page: OpenPage, site: Site) -> None:
    driver = Pointer(await new_page(scripts="off"), scripts=False)
    await open_with_hours(driver, site)
    await run_story(driver)


@pytest.mark.parametrize("scripts", ["on", "off"])
async def test_each_missing_value_links_to_its_field(
    new_page: OpenPage, site: Site, saved: Any, scripts: str
) -> None:
    page = await new_page(scripts=scripts, storage_state=saved.planner)
    await page.goto("/espace/dossiers")
    await page.locator("main table a").first.click()
    await Pointer(page).press("Vérifier et soumettre")
    links = page.locator(".alert li a")
    await expect(links).to_have_count(8)
    addresses = [await link.get_attribute("href") or "" for link in await links.all()]
    for address in addresses:
        await page.goto(address)
        await expect(page.locator(f"#{address.partition('#')[2]}")).to_be_focused()


async def test_a_dossier_prints_as_a_clean_document(new_page: OpenPage, saved: Any) -> None:
    page: Page = await new_page(storage_state=saved.planner)
    await page.goto("/espace/dossiers")
    await page.locator("main table a").first.click()
    await page.emulate_media(media="print")
    for kept in ("h1", ".recap", "#suivi"):
        await expect(page.locator(kept).first).to_be_visible()
    for control in await page.locator("a, button, nav, .session").all():
        if await control.is_visible():
            assert (await control.get_attribute("class")) in ("brand",), await control.inner_text()
