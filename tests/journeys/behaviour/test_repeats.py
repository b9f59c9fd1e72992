"""A double press acts once; the Back button shows nothing private."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.journeys.acts.story import fill_identity, register
from tests.journeys.browsers.drivers import Pointer, closed_menu, last_control
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import NEWEST, to_space
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
EACH_WAY = pytest.mark.parametrize("scripts", ["on", "off"])


async def twice(page: Page, name: str) -> None:
    """A double click, as fast as the browser can be driven."""
    if menu := await closed_menu(page, name):
        await menu.click()
    await (await last_control(page, name)).dblclick()


@EACH_WAY
async def test_each_step_pressed_twice_is_one_registration_one_mail_one_account(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page, person = await new_page(scripts=scripts), Person()
    driver = Pointer(page, scripts=scripts == "on")
    # When all presses leave before the first answer, all but one start an empty registration.
    filled = "SELECT count(*) FROM registration WHERE status <> 'open'"
    before = await site.sql(filled)
    await driver.open("/inscription/conditions")
    await driver.choose("Je déclare avoir lu, compris et accepté")
    await twice(page, "Continuer")
    await fill_identity(driver, person)
    await twice(page, "Continuer")
    await driver.reads("Étape 3 sur 4")
    await driver.write("Mot de passe", person.password)
    await driver.write("Confirmation Mot de passe", person.password)
    await twice(page, "Continuer")
    await driver.reads("Étape 4 sur 4")
    await twice(page, "Valider mon inscription")
    await driver.reads("Vous allez recevoir un courriel contenant un lien de confirmation.")
    newest = await site.sql(NEWEST)
    assert await site.sql(filled) == before + 1
    mails = "SELECT count(*) FROM mail WHERE subject_id = $1"
    assert await site.sql(mails, newest) == 1
    await site.link_mailed_to(person.email)
    await twice(page, "Envoyer un autre courriel")
    await driver.reads("Un nouveau courriel est en préparation.")
    assert await site.sql(mails, newest) == 2
    await driver.open(await site.link_mailed_to(person.email, 2))
    if scripts == "off":
        await twice(page, "Activer mon compte")
    await driver.reads("Votre compte a bien été activé.")
    assert await site.sql("SELECT status FROM registration WHERE id = $1", newest) == "activated"


@EACH_WAY
async def test_login_saving_and_logout_pressed_twice_are_done_once(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page, person = await new_page(scripts=scripts), Person()
    driver = Pointer(page, scripts=scripts == "on")
    await site.open_account(person)
    await driver.open("/connexion")
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", person.password)
    await twice(page, "S’identifier")
    await driver.reads("Synthèse de votre compte")
    await driver.open("/espace/heures")
    movements = await site.sql("SELECT count(*) FROM movement")
    await driver.write("Saisissez le solde du DIF", "80")
    await twice(page, "Enregistrer")
    await driver.reads("enregistré")
    assert await site.sql("SELECT count(*) FROM movement") == movements + 1
    await driver.open("/espace")
    await twice(page, "Se déconnecter")
    await driver.reads("Votre session est fermée.")


@EACH_WAY
async def test_going_back_after_logout_shows_nothing_private(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page = await new_page(scripts=scripts)
    driver = await to_space(page, site, Person(birth_name="Secrète"))
    await driver.open("/espace/heures")
    await driver.press("Se déconnecter")
    await driver.reads("Votre session est fermée.")
    for _ in range(2):
        await page.go_back()
        await driver.reads("Entrez votre identifiant et votre mot de passe")
        await expect(page.locator("body")).not_to_contain_text("Secrète")


async def test_going_back_to_a_step_shows_what_was_typed_but_for_the_password(
    new_page: OpenPage, site: Site
) -> None:
    page, person = await new_page(), Person()
    driver = Pointer(page)
    await register(driver, site, person)
    await page.go_back()
    await page.wait_for_url("**/inscription/courriel")
    await driver.reads("Vous allez recevoir un courriel")
