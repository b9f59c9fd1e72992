"""The pictures of the help: fetched only when opened, and never wider than the window."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.browsers.page_monitor import PageMonitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
FETCHED = (
    "images => Promise.all(images.map((one) => { one.loading = 'eager'; return one.decode(); }))"
)


async def test_a_picture_comes_when_it_is_opened(
    new_page: OpenPage, monitor: PageMonitor, inspector: Inspector
) -> None:
    page = await new_page()
    monitor.requests.clear()
    await page.goto("/aide", wait_until="networkidle")
    await page.evaluate("scrollTo(0, document.body.scrollHeight)")
    picture = page.locator(".picture").first
    await picture.locator("summary").focus()
    assert not any(".png" in url for url in monitor.requests)
    async with page.expect_response("**/help/login.png"):
        await page.keyboard.press("Enter")
    await expect(picture.locator("img")).to_be_visible()
    await page.locator(".picture:not([open])").evaluate_all(
        "all => all.forEach(e => e.open = true)"
    )
    await page.locator(".picture img").evaluate_all(FETCHED)
    await inspector.look(page, "help-open")
