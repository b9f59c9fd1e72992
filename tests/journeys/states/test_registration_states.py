"""Every page and state of the registration, inspected."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import control, field
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import (
    NEWEST,
    fifteen_year_old,
    to_identity,
    to_password,
    to_validation,
    to_waiting,
)
from tests.journeys.site import Site
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_first_two_steps_and_their_errors(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page = await new_page()
    await page.goto("/inscription/conditions")
    await inspector.look(page, "terms")
    await control(page, "Continuer").click()
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "terms-error")
    driver = await to_identity(page, site)
    await inspector.look(page, "identity")
    await driver.press("Continuer")
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "identity-errors")
    await driver.write("N° de sécurité sociale", fifteen_year_old().nir)
    await field(page, "Prénom").focus()
    await driver.reads("Contrat d’apprentissage")
    await driver.press("Continuer")
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "identity-apprentice-errors")
    await driver.press("Annuler")
    await driver.reads("Abandonner l’inscription")
    await inspector.look(page, "cancel")


async def test_the_last_two_steps_and_their_errors(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    driver = await to_password(page, site, person)
    await inspector.look(page, "password")
    await driver.write("Mot de passe", "abc")
    await driver.reads("Mot de passe : Faible")
    await inspector.look(page, "password-weak")
    await driver.press("Continuer")
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "password-errors")
    await driver.write("Mot de passe", person.password)
    await driver.reads("Mot de passe : Très fort")
    await control(page, "Afficher").first.click()
    await inspector.look(page, "password-strong")
    await driver.write("Confirmation Mot de passe", person.password)
    await driver.press("Continuer")
    await driver.reads("Étape 4 sur 4")
    await inspector.look(page, "validation")
    await page.evaluate("document.getAnimations().forEach((one) => one.finish())")
    await expect(page.locator("#session")).to_be_visible()
    await inspector.look(page, "session-about-to-end")
    async with page.expect_popup() as popup:
        await driver.press("Continuer encore 60 minutes")
    await (await popup.value).wait_for_load_state()
    await inspector.look(await popup.value, "registration-extended")


async def test_the_waiting_page_in_each_of_its_states(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    driver = await to_waiting(page, site, person)
    await driver.reads("Courriel envoyé")
    await inspector.look(page, "waiting-sent")
    newest = await site.sql(NEWEST)
    for status, sets, words in (
        ("queued", "sent_at = NULL", "Courriel en préparation"),
        ("retrying", "next_attempt_at = now() + interval '1 hour'", "Courriel retardé"),
        ("held", "reason = 'refused 550'", "Courriel refusé"),
    ):
        await site.set_mail(newest, f"status = '{status}', {sets}")
        await page.reload()
        await driver.reads(words)
        await inspector.look(page, f"waiting-{status}")
    await control(page, "Corriger l’adresse courriel").click()
    await driver.reads("Corriger l’adresse courriel")
    await inspector.look(page, "address")
    await driver.press("Corriger l’adresse")
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "address-errors")
    await driver.open("/inscription/courriel")
    await site.sql("UPDATE registration SET expires_at = now() WHERE id = $1", newest)
    await driver.open("/inscription/courriel")
    await driver.reads("Ce lien n’est plus valable")
    await inspector.look(page, "waiting-expired")
    await driver.open(await site.link_mailed_to(person.email))
    await driver.reads("Ce lien n’est plus valable")
    await inspector.look(page, "link-expired")


async def test_the_link_of_the_mail_in_each_of_its_states(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, elsewhere, person = await new_page(), await new_page(), Person()
    await to_waiting(page, site, person)
    link = await site.link_mailed_to(person.email)
    await elsewhere.goto(link)
    await inspector.look(elsewhere, "link")
    await control(elsewhere, "Activer mon compte").click()
    await expect(elsewhere.locator("main")).to_contain_text("Votre compte a bien été activé.")
    await inspector.look(elsewhere, "login-activated")
    await elsewhere.goto(link)
    await inspector.look(elsewhere, "link-used")
    await page.goto("/inscription/courriel")
    await inspector.look(page, "waiting-activated")
    await page.goto(f"/activation/{'a' * 43}")
    await inspector.look(page, "link-unknown")


async def test_a_second_registration_of_the_same_person_ends_in_a_conflict(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    person = Person()
    second, same = await new_page(), Person(nir=person.nir, email="autre@exemple.fr")
    await to_waiting(second, site, same)
    link = await site.link_mailed_to(same.email)
    await site.open_account(person)
    await second.goto(link)
    await expect(second.locator("h1")).to_have_text("Un compte existe déjà")
    await inspector.look(second, "link-conflict")


async def test_an_expired_registration(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page = await new_page()
    driver = await to_validation(page, site, Person())
    await site.sql(
        "UPDATE registration SET last_action_at = now() - interval '2 hours' WHERE id = $1",
        await site.sql(NEWEST),
    )
    await driver.press("Valider mon inscription")
    await driver.reads("Votre inscription a expiré")
    await inspector.look(page, "registration-expired")
