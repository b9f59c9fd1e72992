"""The requests of a first view, and the layout shifts and long tasks that are forbidden."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.browsers.page_monitor import PageMonitor
from tests.journeys.paths import to_identity, to_validation
from tests.journeys.site import Site
from tests.journeys.walk import REGISTRATION
from tests.support.titulaires.people import Person
from web.home.pages import all_pages

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
MOST_REQUESTS = 4
STEPS = REGISTRATION[:4]


async def first_view(page: Page, monitor: PageMonitor, path: str) -> list[str]:
    """The requests of a page opened with an empty cache, as a browser makes them."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.clearBrowserCache")
    await session.detach()
    monitor.requests.clear()
    await page.goto(path, wait_until="load")
    return [url for url in monitor.requests if not url.startswith("data:")]


async def test_the_public_pages_are_seen_after_four_requests(
    new_page: OpenPage, monitor: PageMonitor
) -> None:
    page = await new_page()
    for path in (*(one.url for one in all_pages()), "/connexion"):
        requests = await first_view(page, monitor, path)
        assert 1 <= len(requests) <= MOST_REQUESTS, requests


async def test_the_steps_of_registration_are_seen_after_four_requests(
    new_page: OpenPage, site: Site, monitor: PageMonitor
) -> None:
    page = await new_page()
    await to_validation(page, site, Person())
    for path in STEPS:
        requests = await first_view(page, monitor, path)
        assert page.url.endswith(path)
        assert 1 <= len(requests) <= MOST_REQUESTS, requests


async def test_the_step_with_the_security_check_is_seen_after_four_requests(
    new_page: OpenPage, site: Site, monitor: PageMonitor
) -> None:
    page = await new_page()
    await to_identity(page, site)
    requests = await first_view(page, monitor, "/inscription/identite")
    assert any(url.endswith(".png") for url in requests)
    assert not any(".wav" in url for url in requests), "the sound comes unasked"
    assert len(requests) <= MOST_REQUESTS, requests


async def test_the_personal_space_is_seen_after_four_requests(
    new_page: OpenPage, monitor: PageMonitor, member: Any
) -> None:
    page = await new_page(storage_state=member)
    for path in ("/espace", "/espace/heures"):
        requests = await first_view(page, monitor, path)
        assert page.url.endswith(path)
        assert len(requests) <= MOST_REQUESTS, requests


async def test_a_page_is_whole_before_its_script_arrives(new_page: OpenPage) -> None:
    page = await new_page()
    # The script never arrives: the text and the form are there all the same.
    await page.route("**/scripts.js", lambda route: None)
    await page.goto("/connexion", wait_until="commit")
    await expect(page.get_by_label("Identifiant")).to_be_editable()
    await expect(page.get_by_role("button", name="S’identifier")).to_be_enabled()
