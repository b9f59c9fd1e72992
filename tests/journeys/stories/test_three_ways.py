"""The security check passed by picture, by sound and by text, each with every driver.

The right answer is derived from the challenge on the page: the test switch is off.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.acts.story import CHARACTERS, fill_person
from tests.journeys.browsers.drivers import Keyboard, Pointer, control
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import ASK, HEAR, to_identity
from tests.journeys.site import SECRET, Site
from tests.support.programs.processes import until
from tests.support.titulaires.captcha import old_enough, right_answer
from tests.support.titulaires.people import Person
from web.captcha.mu_law import read_samples
from web.captcha.sound import MAX_SECONDS, RATE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HANDS = ("pointer", "no scripts", "keyboard")
WAYS = ("by eye", "by ear", "by reading")
QUESTION = "Votre réponse à la question"
MESSAGE = {"Sujet": "Une question", "Message": "Bonjour.", "Courriel": "zoe@exemple.fr"}


async def a_driver(new_page: OpenPage, which: str) -> Any:
    if which == "keyboard":
        return Keyboard(await new_page())
    if which == "no scripts":
        return Pointer(await new_page(scripts="off"), scripts=False)
    return Pointer(await new_page())


async def pass_the_check(driver: Any, way: str) -> None:
    """Pass the check, with all the other fields filled in."""
    page: Page = driver.page
    if way == "by reading":
        await driver.press(ASK)
        await expect(page.locator("#question")).to_be_visible()
        await expect(page.locator("#answer")).to_be_focused()
    elif way == "by ear":
        await listen(driver)
        await download(driver)
    else:
        await see(page)
    token = await page.locator("[name=challenge]").input_value()
    await old_enough(token)
    answer = right_answer(SECRET, token)
    await driver.write(QUESTION if way == "by reading" else CHARACTERS, answer)


async def see(page: Page) -> None:
    picture = page.locator("#controle img")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", True)
    await expect(picture).to_have_js_property("naturalWidth", 600)


async def listen(driver: Any) -> None:
    """Use the browser's player: play, pause, rewind."""
    player: Locator = driver.page.locator("#controle audio")
    assert await player.evaluate("e => e.paused && !e.autoplay")
    opener = driver.page.locator("#controle summary")
    if isinstance(driver, Keyboard):
        await driver.reach(opener)
        await driver.page.keyboard.press("Enter")
        await driver.reach(player)
        await driver.page.keyboard.press("Space")
    else:
        await opener.click()
        # The play button is at the left end of the player.
        await player.click(position={"x": 25, "y": 25})
    await expect(player).to_have_js_property("paused", False)

    async def is_heard() -> bool:
        return bool(await player.evaluate("e => e.currentTime > 0.2"))

    await until(is_heard, "the sound")
    assert 8 < await player.evaluate("e => e.duration") < 14
    await player.evaluate("e => { e.pause(); e.currentTime = 5 }")
    await expect(player).to_have_js_property("seeking", False)
    assert await player.evaluate("e => [e.currentTime, e.error]") == [5, None]
    await player.evaluate("e => { e.currentTime = e.duration - 0.5; return e.play() }")
    await expect(player).to_have_js_property("ended", True)


async def download(driver: Any) -> None:
    """Check that the link downloads a file, and keeps the page and its typed values."""
    before = driver.page.url
    async with driver.page.expect_download() as waiting:
        await driver.press(HEAR)
    kept = await waiting.value
    assert kept.suggested_filename == "caracteres.wav"
    sound = read_samples(Path(await kept.path()).read_bytes())
    assert 8 < len(sound) / RATE <= MAX_SECONDS
    assert driver.page.url == before


async def test_the_identity_step_is_passed_each_way(new_page: OpenPage, site: Site) -> None:
    """Each way with another driver; the contact form tests the check with every driver."""
    for way, hand_of in zip(WAYS, HANDS, strict=True):
        driver = await a_driver(new_page, hand_of)
        await to_identity(driver.page, site)
        await fill_person(driver, Person())
        await pass_the_check(driver, way)
        await driver.press("Continuer")
        await driver.reads("Étape 3 sur 4")
        await driver.open("/inscription/annuler")
        await driver.press("Abandonner et effacer")
        await driver.reads("Votre inscription est abandonnée")


@pytest.mark.parametrize("hand_of", HANDS)
async def test_the_contact_form_is_sent_each_way(new_page: OpenPage, hand_of: str) -> None:
    driver = await a_driver(new_page, hand_of)
    for way in WAYS:
        await driver.open("/contact")
        for label, text in MESSAGE.items():
            # Each uses a separate address: messages about one address are counted.
            await driver.write(label, text.replace("zoe", f"zoe-{way}-{hand_of}".replace(" ", "-")))
        await pass_the_check(driver, way)
        await driver.press("Envoyer le message")
        await driver.reads("Nous avons bien reçu votre message")


@pytest.mark.parametrize("hand_of", ["no scripts", "keyboard"])
async def test_a_wrong_answer_is_refused_and_costs_nothing_but_itself(
    new_page: OpenPage, hand_of: str
) -> None:
    driver = await a_driver(new_page, hand_of)
    await driver.open("/contact")
    for label, text in MESSAGE.items():
        await driver.write(label, text)
    token = await driver.page.locator("[name=challenge]").input_value()
    await driver.write(CHARACTERS, right_answer(SECRET, token)[::-1] + "x")
    await driver.press("Envoyer le message")
    await driver.reads_error_summary()
    assert await driver.page.locator("[name=challenge]").input_value() != token
    for label, text in MESSAGE.items():
        await expect(driver.page.get_by_label(label).first).to_have_value(text)
    await control(
        driver.page, "Contrôle de sécurité : les caractères saisis ne sont pas les bons"
    ).press("Enter")
    await expect(driver.page.locator("#answer")).to_be_focused()
    await expect(driver.page.locator("#answer")).to_have_value("")
