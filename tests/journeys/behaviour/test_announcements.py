"""Announcements to screen readers: their text, their timing, and the focus afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, StorageState, expect

from tests.journeys.browsers.drivers import Pointer, assert_focus_is_seen, control, field
from tests.journeys.browsers.live_regions import LISTEN, announced, assert_live_regions_survive
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import ASK, RENEW, fifteen_year_old, to_identity, to_password, to_space
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def type_and_wait(page: Page, text: str) -> None:
    """Type at the end of the password, and wait for the meter's answer and swap."""
    async with page.expect_response("**/robustesse") as answer:
        await page.keyboard.insert_text(text)
    await (await answer.value).finished()
    await page.wait_for_function("() => !document.querySelector('.htmx-request')")


async def test_the_strength_is_announced_once_for_each_change(
    new_page: OpenPage, site: Site
) -> None:
    page = await new_page()
    await to_password(page, site, Person())
    await page.evaluate(LISTEN)
    password = field(page, "Mot de passe")
    await password.focus()
    await type_and_wait(page, "zbv")
    await expect(page.locator("#annonce")).to_contain_text("Mot de passe : Faible")
    await type_and_wait(page, "kw")
    assert await announced(page) == ["Mot de passe : Faible."]
    await type_and_wait(page, "-482-Rouges-et-verts")
    await expect(page.locator("#annonce")).to_contain_text("Mot de passe : Très fort")
    await type_and_wait(page, "!")
    assert await announced(page) == ["Mot de passe : Faible.", "Mot de passe : Très fort."]
    await expect(password).to_be_focused()
    await expect(password).to_have_value("zbvkw-482-Rouges-et-verts!")
    await assert_live_regions_survive(page)


async def test_an_error_in_place_moves_the_focus_to_its_summary(
    new_page: OpenPage, member: Any
) -> None:
    page = await new_page(storage_state=member)
    await page.goto("/espace/heures")
    await page.evaluate(LISTEN)
    await field(page, "Saisissez le solde du DIF").fill("beaucoup")
    await control(page, "Enregistrer").press("Enter")
    summary = page.locator("#erreurs")
    await expect(summary).to_be_focused()
    await expect(page).to_have_title("Erreur\u00a0: Mon compte d’heures – Compte Formation")
    await assert_live_regions_survive(page)
    await page.locator(".summary a").first.press("Enter")
    await expect(field(page, "Saisissez le solde du DIF")).to_be_focused()
    await field(page, "Saisissez le solde du DIF").fill("beaucoup trop")
    await control(page, "Enregistrer").press("Enter")
    await expect(field(page, "Saisissez le solde du DIF")).to_have_value("beaucoup trop")
    await expect(summary).to_be_focused()


@pytest.mark.parametrize("scripts", ["on", "off", "blocked"])
async def test_the_focus_is_on_the_message_after_a_success(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page = await new_page(scripts=scripts)
    driver = await to_space(page, site, Person())
    await driver.press("Se déconnecter")
    await expect(page.get_by_text("Votre session est fermée.")).to_be_focused()
    await assert_focus_is_seen(page)


@pytest.mark.parametrize("scripts", ["on", "off", "blocked"])
async def test_after_an_error_the_focus_is_on_the_summary_and_its_links_lead_to_the_fields(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page = await new_page(scripts=scripts)
    driver = await to_identity(page, site)
    await driver.press("Continuer")
    await driver.reads_error_summary()
    links = page.locator(".summary a")
    fields = {"nir", "civility-0", "first_name", "birth_name", "email", "email_confirmation"}
    assert {
        (await link.get_attribute("href") or "").removeprefix("#") for link in await links.all()
    } == fields | {"answer"}
    for link in await links.all():
        target = await link.get_attribute("href") or ""
        await link.press("Enter")
        await expect(page.locator(target)).to_be_focused()


async def test_a_new_challenge_is_announced_and_the_answer_gets_the_focus(
    new_page: OpenPage, site: Site
) -> None:
    page = await new_page()
    await to_identity(page, site)
    await page.evaluate(LISTEN)
    await field(page, "Prénom").fill("Zoé")
    picture, answer = page.locator("#controle img"), page.locator("#answer")
    for times in (1, 2):
        before = await picture.get_attribute("src")
        await answer.fill("abc")
        await control(page, RENEW).press("Enter")
        await expect(picture).not_to_have_attribute("src", before or "")
        await expect(answer).to_be_focused()
        await expect(answer).to_have_value("")
        assert await announced(page) == ["De nouveaux caractères sont affichés."] * times
    await control(page, ASK).press("Enter")
    await expect(page.locator("#question")).to_be_visible()
    await expect(answer).to_be_focused()
    question = re.sub(r"\s+", " ", await page.locator("#question").inner_text())
    assert (await announced(page))[-1] == f"Nouvelle question : {question}"
    # On focus, the field's description is read, even if the announcement is interrupted.
    await expect(answer).to_have_accessible_description(re.compile(re.escape(question[:20])))
    await expect(field(page, "Prénom")).to_have_value("Zoé")
    await assert_live_regions_survive(page)


@pytest.mark.parametrize("scripts", ["off", "blocked"])
async def test_new_characters_without_scripts_keep_what_was_typed(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page = await new_page(scripts=scripts)
    driver = await to_identity(page, site)
    await driver.write("Prénom", "Zoé")
    await driver.choose("Madame")
    await driver.press(RENEW)
    await driver.reads("De nouveaux caractères sont affichés.")
    await expect(field(page, "Prénom")).to_have_value("Zoé")
    await expect(field(page, "Madame")).to_be_checked()
    await expect(page.locator("#answer")).to_be_focused()


async def test_the_apprenticeship_question_comes_without_moving_the_focus(
    new_page: OpenPage, site: Site
) -> None:
    page = await new_page()
    await to_identity(page, site)
    await page.evaluate(LISTEN)
    await field(page, "N° de sécurité sociale").fill(fifteen_year_old().nir)
    await page.keyboard.press("Tab")
    await expect(page.locator("#apprentissage fieldset")).to_be_visible()
    await expect(page.locator("#civility-0")).to_be_focused()
    assert len(await announced(page)) == 1
    await field(page, "N° de sécurité sociale").fill(Person().nir)
    await page.keyboard.press("Tab")
    await expect(page.locator("#apprentissage fieldset")).to_have_count(0)
    await expect(page.locator("#civility-0")).to_be_focused()


async def test_the_end_of_the_session_is_announced_with_a_way_to_continue(
    new_page: OpenPage, site: Site
) -> None:
    page = await new_page()
    driver = await to_identity(page, site)
    await driver.write("Prénom", "Zoé")
    await page.evaluate(LISTEN)
    await expect(page.locator("#session")).to_be_hidden()
    await page.evaluate("document.getAnimations().forEach((one) => one.finish())")
    await expect(page.locator("#session")).to_be_visible()
    await expect(page.locator("#alerte")).to_contain_text("reste conservée jusqu’à")
    assert len(await announced(page)) == 1
    async with page.expect_popup() as popup:
        await driver.press("Continuer encore 60 minutes")
    await expect((await popup.value).locator("h1")).to_have_text("Votre inscription est prolongée")
    await expect(field(page, "Prénom")).to_have_value("Zoé")


async def test_the_end_of_the_session_shows_without_scripts(new_page: OpenPage, site: Site) -> None:
    page = await new_page(scripts="off")
    await to_identity(page, site)
    warning = page.locator("#session")
    await expect(warning).to_be_hidden()
    duration = await warning.evaluate("e => getComputedStyle(e).animationDuration")
    # An hour less three minutes; only the animation hides the warning.
    assert duration == "3420s"
    await warning.evaluate("e => e.style.setProperty('animation', 'none')")
    await expect(warning).to_be_visible()
    assert page.url.endswith("/inscription/identite")


async def test_a_page_opens_with_empty_regions_and_the_focus_at_its_start(
    new_page: OpenPage,
) -> None:
    page = await new_page()
    await Pointer(page).open("/connexion")
    for region, role in (("annonce", "status"), ("alerte", "alert")):
        await expect(page.locator(f"#{region}[role={role}]")).to_be_empty()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(field(page, "Identifiant")).to_be_focused()


@pytest.mark.parametrize("path", ["/espace", "/espace/heures", "/titulaire/mes-droits"])
async def test_one_tab_after_the_skip_link_is_in_the_content(
    new_page: OpenPage, member: StorageState, path: str
) -> None:
    page = await new_page(storage_state=member)
    await Pointer(page).open(path)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")
    assert await page.evaluate("document.activeElement.closest('nav') === null")
