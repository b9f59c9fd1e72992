"""Short ways to the pages that tests look at."""

from __future__ import annotations

from playwright.async_api import Page

from tests.journeys.hands import Pointer
from tests.journeys.site import Site
from tests.journeys.story import fill_identity, log_in
from tests.support.people import Person, synthetic_nir
from web.core.clock import Clock
from web.signup.journey import WAITING_URL, Step

RENEW = "cliquez ici pour renouveler les caractères"
HEAR = "cliquez ici pour écouter la version sonore"
ASK = "cliquez ici pour répondre plutôt à une question"
NEWEST = "SELECT id FROM registration ORDER BY started_at DESC LIMIT 1"


async def to_identity(page: Page) -> Pointer:
    """The second step of a new registration."""
    hand = Pointer(page)
    await hand.open(Step.TERMS.url)
    await hand.choose("Je déclare avoir lu, compris et accepté")
    await hand.press("Continuer")
    await page.wait_for_url(f"**{Step.IDENTITY.url}")
    return hand


async def to_password(page: Page, person: Person) -> Pointer:
    """The third step."""
    hand = await to_identity(page)
    await fill_identity(hand, person)
    await hand.press("Continuer")
    await page.wait_for_url(f"**{Step.PASSWORD.url}")
    return hand


async def to_validation(page: Page, person: Person) -> Pointer:
    """The fourth step."""
    hand = await to_password(page, person)
    await hand.write("Mot de passe", person.password)
    await hand.write("Confirmation Mot de passe", person.password)
    await hand.press("Continuer")
    await page.wait_for_url(f"**{Step.VALIDATION.url}")
    return hand


async def to_waiting(page: Page, person: Person) -> Pointer:
    """The page that waits for the mail."""
    hand = await to_validation(page, person)
    await hand.press("Valider mon inscription")
    await page.wait_for_url(f"**{WAITING_URL}")
    return hand


async def to_login(page: Page, site: Site, person: Person) -> Pointer:
    """The login page of a new account."""
    hand = await to_waiting(page, person)
    await hand.open(await site.link_mailed_to(person.email))
    # With its script the page goes on by itself; when a test blocks the script it is pressed.
    if await page.evaluate("typeof htmx === 'undefined'"):
        await hand.press("Activer mon compte")
    await page.wait_for_url("**/connexion")
    return hand


async def to_space(page: Page, site: Site, person: Person) -> Pointer:
    """The first page of the personal space of a new account."""
    await site.open_account(person)
    hand = Pointer(page)
    await hand.open("/connexion")
    await log_in(hand, person)
    return hand


def fifteen_year_old(number: int = 7) -> Person:
    """Someone who was fifteen all this year."""
    return Person(nir=synthetic_nir(number, year=(Clock().today().year - 15) % 100, month=1))
