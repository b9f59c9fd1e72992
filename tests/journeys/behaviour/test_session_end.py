"""The warning before a session ends, and the acts that postpone it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.drivers import Pointer, control, field
from tests.journeys.browsers.open_page import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
DIF = "Saisissez le solde du DIF"


async def time_passes(page: Page) -> None:
    """Advance to three minutes before the end."""
    await page.evaluate("document.getAnimations().forEach((one) => one.finish())")
    await expect(page.locator("#session")).to_be_visible()


async def test_the_warning_goes_when_the_session_is_extended_and_comes_again(
    new_page: OpenPage, member: Any
) -> None:
    page = await new_page(storage_state=member)
    driver = Pointer(page)
    await driver.open("/espace/heures")
    await driver.write(DIF, "77")
    await time_passes(page)
    async with page.expect_popup() as popup:
        await driver.press("Continuer encore 30 minutes")
    await expect((await popup.value).locator("h1")).to_have_text("Votre session est prolongée")
    await expect(page.locator("#session")).to_be_hidden()
    await expect(page.locator("#alerte")).to_be_empty()
    await expect(field(page, DIF)).to_have_value("77")
    await time_passes(page)
    await expect(page.locator("#alerte")).to_contain_text("votre session reste ouverte jusqu’à")
    # An htmx request extends the session too.
    await driver.write(DIF, "beaucoup")
    await control(page, "Enregistrer").press("Enter")
    await driver.reads_error_summary()
    await expect(page.locator("#session")).to_be_hidden()


async def test_the_warning_is_there_when_the_machine_wakes(new_page: OpenPage, member: Any) -> None:
    """Animations are suspended while it sleeps; the clock is not."""
    page = await new_page(storage_state=member)
    driver = Pointer(page)
    await page.clock.install()
    await driver.open("/espace/heures")
    for minutes in (1, 28):
        await expect(page.locator("#session")).to_be_hidden()
        await page.clock.pause_at(await page.evaluate("Date.now() / 1000") + minutes * 60)
        await page.evaluate("dispatchEvent(new Event('focus'))")
    await expect(page.locator("#session")).to_be_visible()
    await expect(page.locator("#session time")).to_have_text(re.compile(r"\d+\sh\s\d\d"))
    await expect(page.locator("#alerte")).to_contain_text("(heure de Paris)")


async def test_without_scripts_another_tab_extends_it_and_what_was_typed_stays(
    new_page: OpenPage, member: Any
) -> None:
    page = await new_page(scripts="off", storage_state=member)
    driver = Pointer(page, scripts=False)
    await driver.open("/espace/heures")
    await driver.write(DIF, "77")
    await time_passes(page)
    async with page.expect_popup() as popup:
        await driver.press("Continuer encore 30 minutes")
    await expect((await popup.value).locator("h1")).to_have_text("Votre session est prolongée")
    await expect(field(page, DIF)).to_have_value("77")
