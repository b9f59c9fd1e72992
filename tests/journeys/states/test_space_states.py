"""Every public page, every page of the personal space, and every error page, inspected."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Pointer, control
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import http_session, to_space, to_waiting
from tests.journeys.site import Site
from tests.journeys.walk import SPACE as SPACE_PATHS
from tests.support.titulaires import journey
from tests.support.titulaires.people import Person
from web.home.pages import all_pages

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OUTSIDE_PATHS = ("/connexion", "/mot-de-passe-oublie", "/demo/courriels", "/inscription/expiree")


async def test_the_public_pages(new_page: OpenPage, inspector: Inspector) -> None:
    page = await new_page()
    for path in (*(one.url for one in all_pages()), *OUTSIDE_PATHS):
        await page.goto(path)
        await inspector.look(page, f"public{path.replace('/', '-')}")


async def test_the_personal_space(new_page: OpenPage, member: Any, inspector: Inspector) -> None:
    page = await new_page(storage_state=member)
    for path in SPACE_PATHS:
        await page.goto(path)
        await expect(page.locator(".account-name")).to_contain_text("Membre")
        await inspector.look(page, path.removeprefix("/").replace("/", "-"))


async def test_the_account_of_hours_in_each_of_its_states(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    await driver.open("/espace/heures")
    await driver.press("Enregistrer")
    await driver.reads("Une erreur est à corriger")
    await inspector.look(page, "hours-error")
    await driver.write("Saisissez le solde du DIF", "150")
    await driver.press("Enregistrer")
    await driver.reads("Je confirme ce nombre")
    await inspector.look(page, "hours-to-confirm")
    await driver.choose("Je confirme ce nombre")
    await driver.press("Enregistrer")
    await driver.reads("Solde DIF enregistré")
    await inspector.look(page, "hours-saved")
    newest = await site.sql("SELECT person_id FROM movement ORDER BY id DESC LIMIT 1")
    await site.sql(
        "INSERT INTO movement (person_id, balance, kind, hours, year) "
        "VALUES ($1, 'cpf', 'cpf_yearly_credit', 24, 2025)",
        newest,
    )
    await site.sql(
        "INSERT INTO dif_lock (person_id, dossier_number) VALUES ($1, 'D-2026-000123')", newest
    )
    await driver.write("Saisissez le solde du DIF", "20")
    await driver.press("Enregistrer")
    await driver.reads("n’est plus modifiable")
    await inspector.look(page, "hours-locked-meanwhile")
    await page.reload()
    await driver.reads("D-2026-000123")
    await inspector.look(page, "hours-locked")
    await driver.open("/espace")
    await inspector.look(page, "dashboard-declared")
    await page.evaluate("document.getAnimations().forEach((one) => one.finish())")
    await expect(page.locator("#session")).to_be_visible()
    await inspector.look(page, "space-session-about-to-end")
    await driver.press("Se déconnecter")
    await driver.reads("Votre session est fermée.")
    await inspector.look(page, "logged-out")


async def test_the_errors_of_the_login(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    driver = Pointer(page)
    await driver.open("/connexion?suite=/espace/heures")
    await driver.press("S’identifier")
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "login-empty")
    wrong = Person(nir=person.nir, password="Mauvais-123-mot")
    async with http_session(page, site) as client:
        for _ in range(25):
            if (await journey.log_in(client, wrong)).status != 422:
                break
    await driver.open("/connexion")
    await driver.write("Identifiant", wrong.nir)
    await driver.write("Mot de passe", wrong.password)
    async with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        await driver.press("S’identifier")
    assert (await answer.value).status == 429
    await expect(page.locator("#erreurs")).to_be_focused()
    await inspector.look(page, "login-too-many")


async def test_the_pages_of_refusals(new_page: OpenPage, inspector: Inspector) -> None:
    page = await new_page()
    driver = Pointer(page)
    assert await _status(page, "/nulle-part") == 404
    await inspector.look(page, "not-found")
    assert await _status(page, "/deconnexion") == 405
    await inspector.look(page, "not-allowed")
    await driver.open("/connexion")
    await driver.write("Identifiant", "2 85 05 99 990 001")
    await driver.write("Mot de passe", "x")
    await page.context.clear_cookies()
    await driver.press("S’identifier")
    await driver.reads("Ce formulaire avait expiré")
    await inspector.look(page, "form-expired")
    await driver.open("/connexion")
    await page.locator("#nir").evaluate("(field) => { field.value = 'x'.repeat(300000); }")
    await driver.press("S’identifier")
    await driver.reads("Envoi trop volumineux")
    await inspector.look(page, "too-large")


async def test_the_page_of_too_many_mails_asked(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    await to_waiting(page, site, person)
    for _ in range(8):
        async with page.expect_navigation():
            await control(page, "Envoyer un autre courriel").click()
        if await page.get_by_text("Erreur 429").count():
            break
    await expect(page.locator("main")).to_contain_text("Erreur 429")
    await inspector.look(page, "too-many")


async def test_the_page_of_a_database_that_is_away(
    new_page: OpenPage, site: Site, member: Any, postgres: Any, inspector: Inspector
) -> None:
    page = await new_page(storage_state=member)
    cut = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = 'journeys' AND application_name = 'compte-formation';"
    )
    postgres.psql("ALTER DATABASE journeys SET default_transaction_read_only = on;")
    try:
        postgres.psql(cut)
        assert await _status(page, "/espace") == 503
        await inspector.look(page, "unavailable")
    finally:
        postgres.psql("ALTER DATABASE journeys RESET default_transaction_read_only;")
        postgres.psql(cut)
    await control(page, "Réessayer").click()
    await expect(page.locator("h1")).to_have_text("Synthèse de votre compte")


async def test_the_page_of_an_unexpected_error(
    new_page: OpenPage, site: Site, member: Any, inspector: Inspector
) -> None:
    page = await new_page(storage_state=member)
    await site.sql("ALTER VIEW seen_dossier RENAME TO seen_dossier_away")
    try:
        assert await _status(page, "/espace") == 500
        await inspector.look(page, "unexpected")
    finally:
        await site.sql("ALTER VIEW seen_dossier_away RENAME TO seen_dossier")


async def _status(page: Page, path: str) -> int:
    answer = await page.goto(path)
    assert answer is not None
    return answer.status
