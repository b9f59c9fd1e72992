"""The messages of a page that waits for an answer, and its texts without a stylesheet."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.journeys.browsers.drivers import Pointer, control
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_identity
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# In words, once its delay is over: what it says, how late, and whether it can be seen then.
UNDER_WAY = """(form) => {
  const words = getComputedStyle(form.querySelector(".actions"), "::after");
  const [delay] = form.getAnimations({subtree: true});
  const late = delay?.effect.getComputedTiming().endTime;
  delay?.finish();
  return [words.content.split('"')[1] ?? null, late ?? null, words.visibility];
}"""
TOLD = ["En cours…", 300, "visible"]
NOTHING = [None, None, "visible"]
# The texts of the body that the stylesheet hides, by the nearest id. Closed details are
# excepted, and the name of the step, which narrow windows show.
HIDDEN = """() => [...document.body.querySelectorAll("*")].filter((e) =>
  [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
  && !e.checkVisibility({visibilityProperty: true, opacityProperty: true})
  && !e.closest("script, noscript, details:not([open]), .stepper p"))
  .map((e) => e.closest("[id]")?.id ?? e.outerHTML.slice(0, 90))"""


async def test_a_slow_press_in_place_says_that_it_is_under_way(
    new_page: OpenPage, member: Any
) -> None:
    page, answered = await new_page(storage_state=member), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "POST":
            await answered.wait()
        await route.continue_()

    await page.goto("/espace/heures")
    await page.route("**/espace/heures", hold)
    form = page.locator("main form", has=page.locator(".actions"))
    async with page.expect_request(lambda request: request.method == "POST"):
        await control(page, "Enregistrer").click()
    assert await form.evaluate(UNDER_WAY) == TOLD
    answered.set()
    await expect(page.locator("#erreurs")).to_be_visible()
    assert await form.evaluate(UNDER_WAY) == NOTHING


async def test_a_slow_press_that_loads_a_page_says_that_it_is_under_way(
    new_page: OpenPage,
) -> None:
    page = await new_page()
    await page.goto("/contact")
    # The next page never comes.
    await page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    form = page.locator("main form", has=page.locator(".actions"))
    assert await form.evaluate(UNDER_WAY) == NOTHING
    await control(page, "Envoyer le message").click()
    assert await form.evaluate(UNDER_WAY) == TOLD


async def test_every_hidden_text_of_the_page_is_true(
    new_page: OpenPage, site: Site, member: Any
) -> None:
    """Without a stylesheet the warning is visible at once: it gives the hour, not a delay."""
    pages = [await new_page(storage_state=member), await new_page()]
    for path in ("/espace", "/espace/heures", "/espace/informations", "/contact"):
        await Pointer(pages[0]).open(path)
        assert {*await pages[0].evaluate(HIDDEN)} <= {"session"}, path
    await to_identity(pages[1], site)
    for page, sentence in zip(pages, ("session reste ouverte", "reste conservée"), strict=True):
        assert {*await page.evaluate(HIDDEN)} == {"session"}
        warning = page.locator("#session")
        await expect(warning).to_contain_text(sentence)
        minutes = await warning.locator("time").evaluate(
            "(e) => (Date.parse(e.dateTime) - Date.now()) / 60000"
        )
        assert 29 < minutes <= 61
