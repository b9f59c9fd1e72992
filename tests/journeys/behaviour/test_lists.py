"""Lists: tables from 40rem up, cards below, and numbers that stay whole."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.journeys.acts.dossiers import newest_person, prepare
from tests.journeys.browsers.measures import SIDEWAYS
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.paths import to_space
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import Site
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import complete, validated

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
TRAININGS = "/titulaire/ma-liste-de-formations"
OWN = ("/espace/historique", "/espace/heures", "/espace/dossiers")
DISPLAY = "[...document.querySelectorAll('td')].map((cell) => getComputedStyle(cell).display)"
# Each number of a dossier, with the number of lines it is on.
NUMBERS = r"""() => [...document.querySelectorAll("th, td, p, li")].flatMap((node) => {
  const found = [];
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const one of texts.currentNode.data.matchAll(/D\d\d-\d{3}-\d{3}-\d{3}/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, one.index);
      range.setEnd(texts.currentNode, one.index + one[0].length);
      found.push([one[0], range.getClientRects().length]);
    }
  }
  return found;
})"""

# The number of lines of text of each card: bottoms that differ by more than half a line.
LINES = """() => [...document.querySelectorAll("tbody tr")].map((card) => {
  const bottoms = [];
  const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    for (const { bottom, width } of range.getClientRects()) {
      if (width && !bottoms.some((one) => Math.abs(one - bottom) < 10)) bottoms.push(bottom);
    }
  }
  return bottoms.length;
})"""
# The gap between the button of the filters and the field before it, as they are drawn.
GAP = """() => {
  const button = document.querySelector(".filters button").getBoundingClientRect();
  const fields = [...document.querySelectorAll(".filters :is(input, select)")];
  const { right, bottom } = fields.at(-1).getBoundingClientRect();
  return [button.left - right, button.bottom - bottom];
}"""


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


async def assert_numbers_are_whole(page: Page) -> None:
    """Check that the page shows numbers of dossiers, each on one line at every width."""
    for width in (1280, 768, 640, 390, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        numbers = await page.evaluate(NUMBERS)
        assert numbers, "the page shows no number"
        assert [number for number, lines in numbers if lines != 1] == [], width


@pytest.mark.parametrize("path", ["/espace/historique", "/espace/dossiers", "/organisme"])
async def test_a_dossier_number_stays_on_one_line(
    new_page: OpenPage, saved: SavedSessions, path: str
) -> None:
    await assert_numbers_are_whole(await opened(new_page, saved, path))


async def test_a_dossier_number_stays_on_one_line_in_the_ledger(
    new_page: OpenPage, site: Site
) -> None:
    page = await new_page()
    await to_space(page, site, Person())
    organisme_id = await prepare(site, person_id := await newest_person(site))
    async with site.runtime() as runtime:
        await validated(runtime, person_id, complete(organisme_id))
    await page.goto("/espace/heures")
    await assert_numbers_are_whole(page)


async def test_a_card_of_the_queue_has_four_short_lines(
    new_page: OpenPage, saved: SavedSessions
) -> None:
    page = await opened(new_page, saved, "/organisme")
    await page.set_viewport_size({"width": 390, "height": 900})
    assert set(await page.evaluate(LINES)) == {4}
    # On one line, and still cells of one table, each with the header of its column.
    [headers] = [await page.locator("thead th").all_inner_texts()]
    cells = await page.locator("tbody tr").first.locator("th, td").count()
    assert cells == len(headers) == 5
    row = await page.get_by_role("row").nth(1).aria_snapshot()
    assert row.count("- cell") == 4, row


@pytest.mark.parametrize("path", ["/espace/historique", "/organisme", TRAININGS])
async def test_the_button_of_the_filters_stands_beside_their_last_field(
    new_page: OpenPage, saved: SavedSessions, path: str
) -> None:
    page = await opened(new_page, saved, path)
    await page.set_viewport_size({"width": 1280, "height": 900})
    [gap, below] = await page.evaluate(GAP)
    assert 8 <= gap <= 24
    assert abs(below) < 1


async def test_the_label_of_a_line_of_a_card_is_shown_and_not_repeated_to_screen_readers(
    new_page: OpenPage, saved: SavedSessions
) -> None:
    """The header of its column names a cell already."""
    page = await opened(new_page, saved, "/organisme")
    await page.set_viewport_size({"width": 390, "height": 900})
    cell = page.locator("td[data-label='Soumis le']").first
    assert "Soumis le" in await cell.evaluate(
        "(cell) => getComputedStyle(cell, '::before').content"
    )
    row = page.get_by_role("row").filter(has_text="40")
    assert "Soumis le" not in await row.first.aria_snapshot()
