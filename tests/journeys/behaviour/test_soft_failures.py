"""Graceful failures other than those of the swaps, which `test_swaps.py` breaks one by one."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.journeys.acts.dossiers import newest_person, prepare
from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.drivers import Pointer, control, field
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.browsers.page_monitor import PageMonitor
from tests.journeys.paths import to_space
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import Site
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import draft, step
from web.domain.dossier import Event
from web.domain.submission import Draft
from web.dossiers.access import Author

# Of the latest visitor only.
END_NEWEST = """
    UPDATE session SET last_seen_at = now() - interval '31 minutes'
    WHERE login_id = (SELECT id FROM account ORDER BY created_at DESC LIMIT 1)
"""
TRAINER = "Nom de l’organisme de formation"
PASSWORD = "/espace/mot-de-passe"
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_failing_meter_is_announced_once_and_the_step_can_be_completed(
    new_page: OpenPage, saved: SavedSessions, monitor: PageMonitor
) -> None:
    monitor.failures_are_wanted = True
    page, password = await new_page(storage_state=saved.registrant), Person().password
    await page.goto("/inscription/mot-de-passe")
    await page.route("**/robustesse", lambda route: route.abort("connectionreset"))
    heard = """() => { window.announcements = 0; new MutationObserver(() => announcements++)
      .observe(document.getElementById("alerte"), {childList: true}); }"""
    await page.evaluate(heard)
    for part in (password[:5], password[5:]):
        async with page.expect_event("requestfailed"):
            await field(page, "Mot de passe").press_sequentially(part)
        await expect(page.locator("[data-failure]")).to_have_count(1)
    assert await page.evaluate("announcements") == 1
    await field(page, "Confirmation Mot de passe").fill(password)
    await field(page, "Confirmation Mot de passe").press("Enter")
    await page.wait_for_url("**/inscription/validation")


async def test_a_session_that_ended_leads_to_the_login_and_not_into_the_page(
    new_page: OpenPage, site: Site
) -> None:
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    await driver.open("/espace/heures")
    await site.sql(END_NEWEST)
    await driver.write("Saisissez le solde du DIF", "80")
    await driver.press("Enregistrer")
    await page.wait_for_url(re.compile("/connexion"))
    await driver.reads("ce que vous aviez saisi est conservé une heure")
    await expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("scripts", ["on", "off"])
async def test_a_form_sent_after_a_logout_in_another_window_is_offered_at_the_login(
    new_page: OpenPage, site: Site, scripts: str
) -> None:
    page, person = await new_page(scripts=scripts), Person()
    driver = await to_space(page, site, person)
    await driver.open("/espace/informations")
    await driver.write("Nom d’usage", "Martin")
    other = Pointer(await page.context.new_page())
    await other.open("/espace")
    await other.press("Se déconnecter")
    await other.reads("Votre session est fermée.")
    await driver.press("Enregistrer")
    await page.wait_for_url(re.compile("/connexion"))
    await driver.reads("ce que vous aviez saisi est conservé une heure")
    await driver.write("Identifiant", person.nir)
    await driver.write("Mot de passe", person.password)
    await driver.press("S’identifier")
    await driver.reads("Reprendre votre saisie")
    await expect(field(page, "Nom d’usage")).to_have_value("Martin")
    await driver.press("Enregistrer")
    await driver.reads("informations sont enregistrées")


async def test_a_form_that_expired_says_so_in_place_and_the_next_press_shows_it_again(
    new_page: OpenPage, site: Site, monitor: PageMonitor
) -> None:
    monitor.failures_are_wanted = True
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    await driver.open("/espace/informations")
    await driver.write("Nom d’usage", "Martin")
    other = Pointer(await page.context.new_page())
    await other.open("/connexion")
    await other.write("Identifiant", person.nir)
    await other.write("Mot de passe", person.password)
    await other.press("S’identifier")
    await other.page.wait_for_url("**/espace")
    await driver.press("Enregistrer")
    await driver.reads("Ce formulaire a expiré")
    await expect(page.locator("[data-failure]")).to_be_in_viewport()
    await driver.press("Enregistrer")
    await driver.reads("Ce formulaire avait expiré")
    await expect(field(page, "Nom d’usage")).to_have_value("Martin")


async def test_typing_after_the_session_ended_never_replaces_the_page(
    new_page: OpenPage, site: Site
) -> None:
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    await driver.open(PASSWORD)
    await driver.write("Mot de passe actuel", person.password)
    await site.sql(END_NEWEST)
    await field(page, "Nouveau mot de passe").press_sequentially("Girafe")
    await driver.reads("Votre session est terminée. Cette page reste ouverte")
    await expect(page.locator("#alerte")).to_contain_text("Votre session est terminée.")
    await expect(field(page, "Mot de passe actuel")).to_have_value(person.password)
    await driver.press("Enregistrer ce mot de passe")
    await page.wait_for_url(re.compile("/connexion"))


async def test_a_draft_submitted_meanwhile_does_not_take_away_what_is_being_typed(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    person_id = await newest_person(site)
    await prepare(site, person_id)
    async with site.runtime() as runtime:
        dossier = await draft(runtime, person_id, Draft(title="Soudure"))
        await driver.open(f"/espace/dossiers/{dossier}/modifier")
        await step(runtime, dossier, Event.CANCEL, Author.titulaire(person_id))
    await driver.write(TRAINER, "École des Verriers")
    await driver.write("Rechercher dans le catalogue", "anglais")
    await driver.reads("Cette partie de la page ne répond pas.")
    await expect(field(page, TRAINER)).to_have_value("École des Verriers")
    await driver.press("Enregistrer")
    await driver.reads("Ce dossier a changé entre-temps")
    await driver.reads("École des Verriers")
    await inspector.look(page, "dossier-not-saved")


async def test_a_late_script_does_not_move_the_focus(new_page: OpenPage) -> None:
    """The errors have the focus at first; a user who has moved to a field keeps typing in it."""
    page = await new_page()
    arrived = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await page.route("**/scripts.js", hold)
    await page.goto("/contact", wait_until="commit")
    # Before it loads, the hidden one may be the only button with this name.
    await expect(page.locator("footer")).to_be_attached()
    await control(page, "Envoyer").click(no_wait_after=True)
    await expect(page.locator("#erreurs")).to_be_focused()
    subject = page.locator("#subject")
    await subject.focus()
    await page.keyboard.insert_text("Bonj")
    arrived.set()
    await expect(page.locator("#erreurs")).not_to_have_attribute("autofocus", "")
    await page.keyboard.type("our")
    await expect(subject).to_be_focused()
    await expect(subject).to_have_value("Bonjour")


async def test_a_search_that_was_pressed_goes_on_as_one_types(new_page: OpenPage) -> None:
    """A changed fragment is the same page: it was not left."""
    page = await new_page()
    await page.goto("/titulaire/ma-liste-de-formations")
    search, results = page.locator("#q"), page.locator("#resultats")
    await search.fill("anglais")
    await expect(results).to_contain_text("anglais")
    await search.press("Enter")
    await search.press("Enter")
    await expect(page.locator("#annonce")).not_to_contain_text("Envoi en cours")
    await search.fill("soudeur")
    await expect(results).to_contain_text("soudeur")


async def test_a_page_that_its_form_leaves_forgets_the_meter_on_its_way_and_asks_no_more(
    new_page: OpenPage, site: Site
) -> None:
    """A late answer, refused because the token has changed, would interrupt the form."""
    page, person = await new_page(), Person()
    driver = await to_space(page, site, person)
    await driver.open(PASSWORD)
    asked: list[str] = []
    forgotten, sent = asyncio.Event(), asyncio.Event()

    async def hold_meter(route: Route) -> None:
        asked.append(route.request.url)

    async def hold_form(route: Route) -> None:
        sent.set()
        await forgotten.wait()
        # Longer than the delay between typing and the request.
        await asyncio.sleep(0.5)
        await route.continue_()

    await page.route("**/robustesse", hold_meter)
    page.on("requestfailed", lambda _: forgotten.set())
    await driver.write("Mot de passe actuel", person.password)
    async with page.expect_request("**/robustesse"):
        await driver.write("Nouveau mot de passe", "Girafe-913-Mauv")
    await page.route(f"**{PASSWORD}", hold_form)
    await driver.write("Confirmation du nouveau mot de passe", "Girafe-913-Mauve")
    # In one go: on a slow machine the meter would send a request in between.
    await field(page, "Nouveau mot de passe").evaluate(
        """field => {
          field.value += "e";
          field.dispatchEvent(new InputEvent("input", {bubbles: true}));
          field.form.requestSubmit();
        }"""
    )
    await sent.wait()
    await driver.reads("Votre mot de passe est modifié.")
    assert len(asked) == 1


async def test_a_formation_chosen_while_an_answer_is_on_its_way_stays_the_one_chosen(
    new_page: OpenPage, saved: SavedSessions
) -> None:
    """The late answer would put another formation under the pressed button."""
    page = await new_page(storage_state=saved.planner)
    await page.goto("/espace/dossiers/nouveau")
    search = field(page, "Rechercher dans le catalogue")
    await search.fill("menuisier")
    await expect(page.locator("#formations-dit")).to_contain_text("pour « menuisier »")
    chosen = page.locator("#formations input").first
    code = await chosen.get_attribute("value") or ""
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/nouveau?search=soudeur*", hold)
    async with page.expect_request("**/nouveau?search=soudeur*"):
        await search.fill("soudeur")
    async with page.expect_event("requestfailed"):
        await chosen.check()
    released.set()
    await expect(page.locator("#formations input:checked")).to_have_value(code)
    await expect(page.locator("#formations-dit")).to_contain_text("pour « menuisier »")
    await expect(page.locator("[data-failure]")).to_have_count(0)
    await search.fill("soudeur tuyauterie")
    await expect(page.locator("#formations-dit")).to_contain_text("pour « soudeur tuyauterie »")
    await expect(page.locator("#formations input:checked")).to_have_value(code)
