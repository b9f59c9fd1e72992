"""Errors that go as their fields become right, as a person sees and hears it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.live_regions import LISTEN, announced, assert_live_regions_survive
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_password
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TITLE = "Saisir son mot de passe (étape 3 sur 4) – Compte Formation"


async def test_errors_of_a_password_disappear_with_each_rule_met_and_are_announced_once(
    new_page: OpenPage, site: Site
) -> None:
    page = await new_page()
    driver = await to_password(page, site, Person())
    await driver.write("Mot de passe", "abc")
    await driver.press("Continuer")
    await driver.reads_error_summary()
    await page.evaluate(LISTEN)
    await page.locator("#password").fill("Chevaux482B-")
    await expect(page.locator("#erreurs")).to_contain_text("Une erreur est à corriger")
    await assert_wrong(page, ["password_confirmation"])
    await expect(page).to_have_title(f"Erreur\u00a0: {TITLE}")
    await page.locator("#password_confirmation").press_sequentially("Chevaux482B-")
    await expect(page.locator("#erreurs")).to_have_count(0)
    await assert_wrong(page, [])
    await expect(page).to_have_title(TITLE)
    await expect(page.locator("#password_confirmation")).to_be_focused()
    await expect(page.locator("#password")).to_have_value("Chevaux482B-")
    assert [one for one in await announced(page) if one.startswith("Corrigé")] == [
        "Corrigé : Mot de passe. Une erreur est à corriger.",
        "Corrigé : Confirmation Mot de passe. Plus aucune erreur n’est signalée.",
    ]
    await assert_live_regions_survive(page)


async def assert_wrong(page: Page, names: list[str]) -> None:
    """Check which fields are marked as wrong, to the eye and to a screen reader."""
    await expect(page.locator(".wrong")).to_have_count(len(names))
    await expect(page.locator("[aria-invalid]")).to_have_count(len(names))
    for name in names:
        await expect(page.locator(f".wrong [aria-invalid][name={name}]")).to_have_count(1)
