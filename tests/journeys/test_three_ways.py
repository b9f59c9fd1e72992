"""The security check passed by picture, by sound and by text, each with every driver.

The right answer is derived from the challenge on the page: the test switch is off.
"""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.hands import Keyboard, Pointer, control
from tests.journeys.paths import ASK, HEAR, to_identity
from tests.journeys.site import SECRET, Site
from tests.journeys.story import CHARACTERS, fill_person
from tests.support.captcha import old_enough, right_answer
from tests.support.people import Person
from tests.support.processes import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HANDS = ("pointer", "no scripts", "keyboard")
WAYS = ("by eye", "by ear", "by reading")
QUESTION = "Votre réponse à la question"
MESSAGE = {"Sujet": "Une question", "Message": "Bonjour.", "Courriel": "zoe@exemple.fr"}


async def a_hand(new_page: OpenPage, which: str) -> Any:
    if which == "keyboard":
        return Keyboard(await new_page())
    if which == "no scripts":
        return Pointer(await new_page(scripts="off"), scripts=False)
    return Pointer(await new_page())


async def pass_the_check(hand: Any, way: str) -> None:
    """Pass the check, with all the other fields filled in."""
    page: Page = hand.page
    if way == "by reading":
        await hand.press(ASK)
        await expect(page.locator("#question")).to_be_visible()
        await expect(page.locator("#answer")).to_be_focused()
    elif way == "by ear":
        await listen(hand)
        await download(hand)
    else:
        await see(page)
    token = await page.locator("[name=challenge]").input_value()
    await old_enough(token)
    answer = right_answer(SECRET, token)
    await hand.write(QUESTION if way == "by reading" else CHARACTERS, answer)


async def see(page: Page) -> None:
    picture = page.locator("#controle img")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_have_js_property("complete", True)
    await expect(picture).to_have_js_property("naturalWidth", 600)


async def listen(hand: Any) -> None:
    """Use the browser's player: play, pause, rewind."""
    player: Locator = hand.page.locator("#controle audio")
    assert await player.evaluate("e => e.paused && !e.autoplay")
    if isinstance(hand, Keyboard):
        await hand.reach(player)
        await hand.page.keyboard.press("Space")
    else:
        # The play button is at the left end of the player.
        await player.click(position={"x": 25, "y": 25})
    await expect(player).to_have_js_property("paused", False)

    async def is_heard() -> bool:
        return bool(await player.evaluate("e => e.currentTime > 0.2"))

    await until(is_heard, "the sound")
    assert 8 < await player.evaluate("e => e.duration") < 20
    await player.evaluate("e => { e.pause(); e.currentTime = 5 }")
    await expect(player).to_have_js_property("seeking", False)
    assert await player.evaluate("e => [e.currentTime, e.error]") == [5, None]


async def download(hand: Any) -> None:
    """Check that the link downloads a file, and keeps the page and its typed values."""
    before = hand.page.url
    async with hand.page.expect_download() as waiting:
        await hand.press(HEAR)
    kept = await waiting.value
    assert kept.suggested_filename == "caracteres.wav"
    with wave.open(io.BytesIO(Path(await kept.path()).read_bytes())) as sound:
        assert sound.getnframes() / sound.getframerate() < 20
    assert hand.page.url == before


async def test_the_identity_step_is_passed_each_way(new_page: OpenPage, site: Site) -> None:
    """Each way with another driver; the contact form tests the check with every driver."""
    for way, hand_of in zip(WAYS, HANDS, strict=True):
        hand = await a_hand(new_page, hand_of)
        await to_identity(hand.page, site)
        await fill_person(hand, Person())
        await pass_the_check(hand, way)
        await hand.press("Continuer")
        await hand.reads("Étape 3 sur 4")
        await hand.open("/inscription/annuler")
        await hand.press("Abandonner")
        await hand.reads("Votre inscription est abandonnée")


@pytest.mark.parametrize("hand_of", HANDS)
async def test_the_contact_form_is_sent_each_way(new_page: OpenPage, hand_of: str) -> None:
    hand = await a_hand(new_page, hand_of)
    for way in WAYS:
        await hand.open("/contact")
        for label, text in MESSAGE.items():
            # Each uses a separate address: messages about one address are counted.
            await hand.write(label, text.replace("zoe", f"zoe-{way}-{hand_of}".replace(" ", "-")))
        await pass_the_check(hand, way)
        await hand.press("Envoyer le message")
        await hand.reads("Nous avons bien reçu votre message")


@pytest.mark.parametrize("hand_of", ["no scripts", "keyboard"])
async def test_a_wrong_answer_is_refused_and_costs_nothing_but_itself(
    new_page: OpenPage, hand_of: str
) -> None:
    hand = await a_hand(new_page, hand_of)
    await hand.open("/contact")
    for label, text in MESSAGE.items():
        await hand.write(label, text)
    token = await hand.page.locator("[name=challenge]").input_value()
    await hand.write(CHARACTERS, right_answer(SECRET, token)[::-1] + "x")
    await hand.press("Envoyer le message")
    await hand.is_told_of_errors()
    assert await hand.page.locator("[name=challenge]").input_value() != token
    for label, text in MESSAGE.items():
        await expect(hand.page.get_by_label(label).first).to_have_value(text)
    await control(
        hand.page, "Contrôle de sécurité : les caractères saisis ne sont pas les bons"
    ).press("Enter")
    await expect(hand.page.locator("#answer")).to_be_focused()
    await expect(hand.page.locator("#answer")).to_have_value("")
