"""Wide windows: a long text stands beside the list of its parts, and its lines stay short."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.browsers.open_page import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
LONG = ("/accessibilite", "/donnees-personnelles", "/conditions-generales")
ONE_COLUMN = (*LONG, "/glossaire", "/titulaire", "/employeurs", "/mot-de-passe-oublie")
# The longest line that the paragraphs and lists may have, in characters of an average width.
LONGEST_LINE = """(sample) => {
  const context = document.createElement("canvas").getContext("2d");
  const length = (node) => {
    context.font = getComputedStyle(node).font;
    return node.clientWidth / (context.measureText(sample).width / sample.length);
  };
  return Math.max(...[...document.querySelectorAll("main :is(p, li, dd)")].map(length));
}"""
SAMPLE = "Le service vous donne accès à votre compte et à vos heures, dont il tient le détail."
# The part of the window that is right of everything in the content.
BLANK = """() => {
  const edges = [...document.querySelectorAll("main :is(p, li, dd, h1, h2, .card)")]
    .map((node) => node.getBoundingClientRect().right);
  return 1 - Math.max(...edges) / innerWidth;
}"""


@pytest.mark.parametrize("path", ONE_COLUMN)
async def test_the_width_serves_and_lines_stay_short(new_page: OpenPage, path: str) -> None:
    page = await new_page(viewport={"width": 1280, "height": 800})
    await page.goto(path)
    assert await page.evaluate(LONGEST_LINE, SAMPLE) <= 75
    assert await page.evaluate(BLANK) < 0.3


@pytest.mark.parametrize("path", LONG)
async def test_the_list_of_the_parts_stays_beside_a_long_text(
    new_page: OpenPage, path: str
) -> None:
    page = await new_page(viewport={"width": 1280, "height": 800})
    await page.goto(path)
    links = page.get_by_role("navigation", name="Sommaire").get_by_role("link")
    await links.nth(3).click()
    target = (await links.nth(3).get_attribute("href") or "").removeprefix("#")
    await expect(page.locator(f"h2[id={target}]")).to_be_in_viewport()
    await expect(links.first).to_be_in_viewport()
    # A list longer than the window scrolls by itself.
    await links.last.focus()
    await expect(links.last).to_be_focused()
    await expect(links.last).to_be_in_viewport()
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(links.first).to_be_hidden()
    await page.get_by_text("Sommaire", exact=True).click()
    await expect(links.first).to_be_visible()
