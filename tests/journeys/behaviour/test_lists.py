"""Lists: tables from 40rem up, cards below, and numbers that stay whole."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.journeys.browsers.measures import SIDEWAYS
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.saved_sessions import SavedSessions

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OWN = ("/espace/historique", "/espace/heures", "/espace/dossiers")
DISPLAY = "[...document.querySelectorAll('td')].map((cell) => getComputedStyle(cell).display)"
# Numbers of dossiers that wrap onto two lines.
BROKEN = r"""() => [...document.querySelectorAll("td, p, li")].flatMap((node) => {
  const found = [];
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const one of texts.currentNode.data.matchAll(/D\d\d-\d{3}-\d{3}-\d{3}/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, one.index);
      range.setEnd(texts.currentNode, one.index + one[0].length);
      if (range.getClientRects().length > 1) found.push(one[0]);
    }
  }
  return found;
})"""


async def opened(new_page: OpenPage, saved: SavedSessions, path: str) -> Page:
    """Open a list of someone who has something in it."""
    state = saved.desk if path == "/organisme" else saved.planner
    if path == "/espace/heures":
        state = saved.account
    page = await new_page(storage_state=state)
    await page.goto(path)
    return page


@pytest.mark.parametrize("path", [*OWN, "/organisme"])
async def test_a_list_is_a_table_from_40rem_up_and_cards_below(
    new_page: OpenPage, saved: SavedSessions, path: str
) -> None:
    page = await opened(new_page, saved, path)
    for width, display in (
        (896, "table-cell"),
        (768, "table-cell"),
        (640, "table-cell"),
        (639, "block"),
    ):
        await page.set_viewport_size({"width": width, "height": 900})
        assert set(await page.evaluate(DISPLAY)) == {display}, width
        assert await page.evaluate(SIDEWAYS) == [], width


@pytest.mark.parametrize("path", [*OWN, "/organisme"])
async def test_a_number_of_a_dossier_is_never_broken(
    new_page: OpenPage, saved: SavedSessions, path: str
) -> None:
    page = await opened(new_page, saved, path)
    for width in (1280, 768, 640, 390, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(BROKEN) == [], width


async def test_the_label_of_a_card_s_line_is_seen_and_not_said_again(
    new_page: OpenPage, saved: SavedSessions
) -> None:
    """The header of its column names a cell already."""
    page = await opened(new_page, saved, "/organisme")
    await page.set_viewport_size({"width": 390, "height": 900})
    cell = page.locator("td[data-label='Durée']").first
    assert "Durée" in await cell.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    row = page.get_by_role("row").filter(has_text="40")
    assert "Durée" not in await row.first.aria_snapshot()
