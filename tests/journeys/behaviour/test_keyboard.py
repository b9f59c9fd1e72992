"""The keyboard alone: journeys outside the stories, and whole pages in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.acts.story import log_in
from tests.journeys.browsers.drivers import FOCUS, Keyboard, assert_focus_is_seen, assert_seen
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import NEW_PASSWORD, Site
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OTHER_PASSWORD = "Girafes-739-Vertes"
# Backwards, Chromium cycles twice through the page before leaving it.
MOST_STOPS = 120
# The tab stops of the page in document order; of radio buttons, one per group.
STOPS = """() => {
  const all = [...document.querySelectorAll("*")];
  const taken = new Set();
  const things = "a[href], button, input:not([type=hidden]), select, textarea, summary, audio";
  return all.flatMap((e, place) => {
    if (!e.matches(things) || e.tabIndex < 0) return [];
    if (!e.checkVisibility({visibilityProperty: true})) return [];
    if (e.type === "radio") {
      const checked = document.querySelector(`[name="${e.name}"]:checked`);
      if (checked ? e !== checked : taken.has(e.name)) return [];
      taken.add(e.name);
    }
    return [place];
  });
}"""
STOP = f"""() => ({{
  place: [...document.querySelectorAll("*")].indexOf(document.activeElement),
  over: document.activeElement === document.body,
  focus: ({FOCUS})(),
}})"""


async def ask_for_a_link(driver: Keyboard, person: Person) -> None:
    """Complete « Mot de passe oublié », up to the page that announces a mail."""
    await driver.reads("Indiquez votre numéro de Sécurité sociale")
    await driver.write("Identifiant", person.nir)
    await driver.press("Recevoir un lien")
    await driver.reads("Votre demande est enregistrée")


async def test_a_new_password_is_chosen_by_the_keyboard_alone(
    new_page: OpenPage, site: Site
) -> None:
    person = Person()
    await site.open_account(person)
    driver = Keyboard(await new_page())
    await driver.open("/connexion")
    await driver.press("Mot de passe oublié")
    await ask_for_a_link(driver, person)
    await driver.open(await site.link_mailed_to(person.email, link=NEW_PASSWORD))
    await driver.press("Enregistrer ce mot de passe")
    await driver.reads_error_summary()
    await driver.write("Nouveau mot de passe", OTHER_PASSWORD)
    await driver.reads("Mot de passe : Très fort")
    await driver.press("Afficher : Nouveau mot de passe")
    await expect(driver.page.locator("#password")).to_have_attribute("type", "text")
    await driver.write("Confirmation du nouveau mot de passe", OTHER_PASSWORD)
    await driver.press("Enregistrer ce mot de passe")
    await driver.reads("Votre nouveau mot de passe est enregistré.")
    person.password = OTHER_PASSWORD
    await log_in(driver, person)


async def test_a_message_is_sent_by_the_keyboard_alone(new_page: OpenPage) -> None:
    driver = Keyboard(await new_page())
    await driver.open("/")
    await driver.press("Nous contacter")
    await driver.reads("Écrivez-nous ici")
    await driver.press("Envoyer le message")
    await driver.reads_error_summary()
    await driver.page.keyboard.press("Tab")
    await driver.page.keyboard.press("Enter")
    await expect(driver.page.locator("#subject")).to_be_focused()
    await assert_focus_is_seen(driver.page)
    await driver.write("Sujet", "Une question")
    await driver.write("Message", "Comment déclarer mes heures ?")
    await driver.write("Courriel", "question@exemple.fr")
    await driver.press("Répondre à une question")
    await expect(driver.page.locator("#question")).to_be_visible()
    await driver.press("Revenir aux caractères")
    await driver.write("Caractères affichés ou entendus", CAPTCHA_ANSWER)
    await driver.press("Envoyer le message")
    await driver.reads("Nous avons bien reçu votre message")


async def test_help_leads_by_the_keyboard_to_a_task_and_on(new_page: OpenPage) -> None:
    driver = Keyboard(await new_page())
    await driver.open("/")
    await driver.press("Aide")
    await driver.press("Tutoriel : Renseigner son Dif")
    await driver.reads("Déclarez vos heures")
    await driver.press("Renseigner mes heures DIF")
    await driver.reads("Entrez votre identifiant et votre mot de passe")


async def test_moving_through_a_list_submits_nothing(
    new_page: OpenPage, saved: SavedSessions
) -> None:
    page = await new_page(storage_state=saved.account)
    await page.goto("/espace/historique")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    choices = page.get_by_label("Type d’action")
    await choices.focus()
    for _ in range(3):
        await page.keyboard.press("ArrowDown")
    assert await choices.evaluate("e => e.selectedIndex") == 3
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Année")).to_be_focused()
    assert asked == []


@pytest.mark.parametrize(
    ("session", "path"),
    [
        ("visitor", "/contact"),
        ("visitor", "/aide"),
        ("registrant", "/inscription/identite"),
        ("account", "/espace/heures"),
    ],
)
async def test_tab_goes_through_the_whole_page_in_its_order_and_back(
    new_page: OpenPage, saved: SavedSessions, session: str, path: str
) -> None:
    page = await new_page(storage_state=getattr(saved, session))
    await page.goto(path)
    wanted: list[int] = await page.evaluate(STOPS)
    assert len(wanted) > 10
    assert list(dict.fromkeys(await walk(page, "Tab"))) == wanted
    assert list(dict.fromkeys(await walk(page, "Shift+Tab"))) == wanted[::-1]


async def walk(page: Page, key: str) -> list[int]:
    """The element reached by each press, until the focus leaves; a player has several stops."""
    places: list[int] = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press(key)
        stop: dict[str, Any] = await page.evaluate(STOP)
        if stop["over"]:
            return places
        assert_seen(stop["focus"])
        places.append(stop["place"])
    raise AssertionError(f"{key} never leaves {page.url}")
