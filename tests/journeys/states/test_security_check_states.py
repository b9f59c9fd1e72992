"""The security check in each of its states, on the identity step and on the contact form."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from tests.journeys.acts.story import CHARACTERS, fill_person
from tests.journeys.browsers.checks import NARROW, Inspector
from tests.journeys.browsers.drivers import Pointer, field
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import ASK, RENEW, to_identity
from tests.journeys.site import Site
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.people import Person
from web.captcha.drawing import DISPLAY_HEIGHT, DISPLAY_WIDTH

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
QUESTION = "Votre réponse à la question"


async def to_contact(page: Page, site: Site) -> Pointer:
    driver = Pointer(page)
    await driver.open("/contact")
    await driver.write("Sujet", "Une question")
    await driver.write("Message", "Bonjour.")
    await driver.write("Courriel", "zoe@exemple.fr")
    return driver


async def to_filled_identity(page: Page, site: Site) -> Pointer:
    driver = await to_identity(page, site)
    await fill_person(driver, Person())
    return driver


@asynccontextmanager
async def no_more_answers(site: Site) -> AsyncIterator[None]:
    """Exceed the limit on answers; the counters are restored afterwards."""
    await site.sql("UPDATE rate_limit SET hits = hits + 1000")
    try:
        yield
    finally:
        await site.sql("UPDATE rate_limit SET hits = hits - 1000")


async def refused(driver: Pointer, button: str, sentence: str) -> None:
    await driver.press(button)
    await driver.reads_error_summary()
    await driver.reads(sentence)


@pytest.mark.parametrize(
    ("start", "button", "name"),
    [(to_filled_identity, "Continuer", "identity"), (to_contact, "Envoyer le message", "contact")],
    ids=["identity", "contact"],
)
async def test_the_check_in_each_of_its_states(
    new_page: OpenPage,
    site: Site,
    inspector: Inspector,
    start: Callable[[Page, Site], Awaitable[Pointer]],
    button: str,
    name: str,
) -> None:
    page = await new_page()
    driver = await start(page, site)
    await inspector.look(page, f"{name}-characters")
    await refused(driver, button, "Recopiez les caractères affichés ou entendus.")
    await inspector.look(page, f"{name}-no-answer")
    await driver.press(RENEW)
    await driver.reads("De nouveaux caractères sont affichés.")
    await inspector.look(page, f"{name}-renewed")
    await driver.write(CHARACTERS, "faux")
    await refused(driver, button, "Les caractères saisis ne sont pas les bons.")
    await inspector.look(page, f"{name}-wrong-characters")
    await driver.write(CHARACTERS, "faux")
    async with no_more_answers(site):
        await refused(driver, button, "Trop de réponses au contrôle de sécurité")
    await inspector.look(page, f"{name}-too-many-characters")
    await driver.press(ASK)
    await driver.reads("Merci de répondre à cette question.")
    await inspector.look(page, f"{name}-question")
    await driver.write(QUESTION, "je ne sais pas")
    await refused(driver, button, "Ce n’est pas la bonne réponse.")
    await inspector.look(page, f"{name}-wrong-question")
    await page.locator("#website").evaluate("e => { e.value = 'https://exemple.fr' }")
    await driver.write(QUESTION, CAPTCHA_ANSWER)
    await refused(driver, button, "Un champ caché a été rempli")
    await inspector.look(page, f"{name}-trap")
    # It was not the answer that was refused: it is still filled in.
    await expect(field(page, QUESTION)).to_have_value(CAPTCHA_ANSWER)


async def test_a_check_that_was_passed_is_not_asked_again(
    new_page: OpenPage, site: Site, inspector: Inspector
) -> None:
    page = await new_page()
    driver = await to_filled_identity(page, site)
    await driver.write(CHARACTERS, CAPTCHA_ANSWER)
    await driver.press("Continuer")
    await driver.reads("Étape 3 sur 4")
    await driver.open("/inscription/identite")
    await driver.reads("Vous avez déjà réussi le contrôle de sécurité")
    await inspector.look(page, "identity-passed")


@pytest.mark.parametrize("width", [NARROW["width"], 375, 640, 1280])
async def test_the_picture_keeps_its_size_and_its_shape_on_every_screen(
    new_page: OpenPage, width: int
) -> None:
    page = await new_page(viewport={"width": width, "height": 800})
    await page.goto("/contact")
    picture = page.locator("#controle img")
    shown = await picture.evaluate("e => [e.clientWidth, e.clientHeight]")
    assert shown[0] >= 280
    assert shown[1] >= 90
    assert abs(shown[0] / shown[1] - DISPLAY_WIDTH / DISPLAY_HEIGHT) < 0.02
