"""Each htmx swap: its announcement, its focus, and every way it can fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import cycle
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.journeys.browsers.live_regions import (
    FOCUS_IS_THE_SAME,
    LISTEN,
    announced,
    assert_live_regions_survive,
)
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.browsers.page_monitor import PageMonitor
from tests.journeys.saved_sessions import SavedSessions
from tests.journeys.site import Site
from tests.journeys.swaps.swap import SAME, Swap, Visit
from tests.journeys.swaps.swap_cases import SWAPS, written_in_templates

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
EACH_SWAP = pytest.mark.parametrize("swap", SWAPS, ids=str)
SENTENCE = "Cette partie de la page ne répond pas."
TYPED = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .map((field) => [field.id, field.checked, field.value])"""
WINDOWS = ((1280, 900), (390, 844), (320, 568))
# The visible text that the announcement repeats, or the part of it that is in the window.
ANSWER_IS_SEEN = """() => {
  const said = document.querySelector("#annonce").textContent.trim();
  return [...document.querySelectorAll("[data-announce]")].some((node) => {
    const box = (node.closest(".alert") ?? node).getBoundingClientRect();
    const text = node.dataset.announce || node.textContent.trim();
    return said.startsWith(text) && box.width > 1 && box.top >= 0 && box.bottom <= innerHeight;
  });
}"""
# A little more than the ten seconds after which the page stops waiting.
LATE = 10_500


async def test_each_htmx_element_of_the_templates_has_its_line() -> None:
    """Otherwise its announcement and its failures would be untested."""
    lines, written = Counter((one.template, one.address) for one in SWAPS), written_in_templates()
    assert not written - lines, f"add to SWAPS, in swaps.py: {list(written - lines)}"
    assert set(lines) == set(written), f"no longer in a template: {set(lines) - set(written)}"


@EACH_SWAP
async def test_a_swap_announces_its_change_once_and_keeps_the_focus(
    new_page: OpenPage, site: Site, saved: SavedSessions, swap: Swap
) -> None:
    visit = Visit(await new_page(storage_state=getattr(saved, swap.session)), site, saved)
    await visit.page.clock.install()
    await swap.reach(visit)
    address = urlsplit(visit.page.url).path
    await visit.page.evaluate(LISTEN)
    await swap.act(visit)
    await expect(visit.page.locator("#annonce")).to_contain_text(swap.announced)
    assert len(await announced(visit.page)) == 1
    await assert_live_regions_survive(visit.page)
    if swap.focus == SAME:
        assert await visit.page.evaluate(FOCUS_IS_THE_SAME)
    else:
        await expect(visit.page.locator(swap.focus)).to_be_focused()
    assert urlsplit(visit.page.url).path == address


@pytest.mark.parametrize(
    "swap", [swap for swap in SWAPS if swap.pressed], ids=lambda swap: str(swap)
)
@pytest.mark.parametrize("size", WINDOWS, ids=lambda size: "×".join(map(str, size)))
async def test_the_answer_to_a_press_is_inside_the_window(
    new_page: OpenPage, saved: SavedSessions, site: Site, swap: Swap, size: tuple[int, int]
) -> None:
    width, height = size
    page = await new_page(
        storage_state=getattr(saved, swap.session), viewport={"width": width, "height": height}
    )
    visit = Visit(page, site, saved)
    await swap.reach(visit)
    await swap.act(visit)
    await expect(page.locator("#annonce")).to_contain_text(swap.announced)
    assert await page.evaluate(ANSWER_IS_SEEN)


async def answer_500(route: Route) -> None:
    await route.fulfill(status=500, content_type="text/html", body="<!doctype html><p>non")


async def cut(route: Route) -> None:
    await route.abort("connectionreset")


async def disconnect(route: Route) -> None:
    await route.abort("internetdisconnected")


async def never_answer(route: Route) -> None:
    """Leave the request pending."""


@asynccontextmanager
async def only_parts(page: Page, how: Callable[[Route], Awaitable[None]]) -> AsyncIterator[None]:
    """Break htmx requests only; whole pages pass."""

    async def handle(route: Route) -> None:
        if await route.request.header_value("hx-request"):
            await how(route)
        else:
            await route.continue_()

    await page.route("**", handle)
    yield
    await page.unroute("**")


@asynccontextmanager
async def no_network(page: Page) -> AsyncIterator[None]:
    """Go offline in the middle, then online again."""
    # Going offline takes a moment: a request sent at once could still pass.
    async with only_parts(page, disconnect):
        await page.context.set_offline(True)
        yield
        await page.context.set_offline(False)


FAILURES = {
    "an error": lambda page: only_parts(page, answer_500),
    "a cut": lambda page: only_parts(page, cut),
    "no answer": lambda page: only_parts(page, never_answer),
    "no network": no_network,
}
PAIRS = (("an error", "no answer"), ("a cut", "no network"))


@pytest.mark.parametrize(("swap", "failures"), [*zip(SWAPS, cycle(PAIRS), strict=False)], ids=str)
async def test_a_failed_fragment_says_so_and_the_page_still_works(
    new_page: OpenPage,
    site: Site,
    saved: SavedSessions,
    monitor: PageMonitor,
    swap: Swap,
    failures: tuple[str, str],
) -> None:
    """One listener handles each kind of failure for all parts: each part is tested with two."""
    monitor.failures_are_wanted = True
    visit = Visit(await new_page(storage_state=getattr(saved, swap.session)), site, saved)
    await visit.page.clock.install()
    for name in failures:
        failing = FAILURES[name]
        await swap.reach(visit)
        async with failing(visit.page):
            async with visit.page.expect_request(lambda request: "hx-request" in request.headers):
                await swap.act(visit)
            typed = await visit.page.evaluate(TYPED)
            if name == "no answer":
                await visit.page.clock.fast_forward(LATE)
            await assert_it_is_told(visit.page, name)
            assert await visit.page.evaluate(TYPED) == typed
            assert await visit.page.evaluate("document.activeElement !== document.body")
        await swap.works(visit)
        await expect(visit.page.locator("[data-failure]")).to_have_count(0)


async def assert_it_is_told(page: Page, failure: str) -> None:
    """Check that the failure is shown and announced, once."""
    sentence = page.locator("[data-failure]")
    await expect(sentence, failure).to_have_count(1)
    await expect(sentence).to_contain_text(SENTENCE)
    await expect(sentence).to_be_in_viewport()
    await expect(page.locator("#alerte")).to_contain_text(SENTENCE)


@EACH_SWAP
async def test_the_page_works_when_the_script_never_arrives(
    new_page: OpenPage, site: Site, saved: SavedSessions, swap: Swap
) -> None:
    page = await new_page(scripts="blocked", storage_state=getattr(saved, swap.session))
    visit = Visit(page, site, saved)
    await page.clock.install()
    await swap.reach(visit)
    await swap.act(visit)
    await swap.works(visit)
