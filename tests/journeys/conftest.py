"""One site and one Chromium for all journeys; a fresh browser profile for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, StorageState, async_playwright, expect

from tests.journeys.browsers.checks import Inspector
from tests.journeys.browsers.open_page import OpenPage
from tests.journeys.browsers.page_monitor import PageMonitor
from tests.journeys.paths import http_client, open_and_log_in, storage_state
from tests.journeys.saved_sessions import SavedSessions, save_sessions
from tests.journeys.site import Site, program, running_site
from tests.support.db.clerk import TEMPLATE
from tests.support.db.roles import APPLICATION, as_role
from tests.support.titulaires.people import Person
from web.demo.samples import fill_catalogue

CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages are too short-lived for optimised compilation to pay off.
    "--js-flags=--no-opt --no-maglev",
    # Two pages preloaded by each profile for the suggestions of an invisible address bar.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
)
# On a busy machine an awaited text may take longer to appear.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="package")
def site(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site, with a database of its own."""
    name = "journeys"
    postgres.psql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy;")
    url = as_role(postgres.get_uri(name), APPLICATION)
    fill_catalogue(url)
    with running_site(url, tmp_path_factory.mktemp("site")) as site:
        yield site
    postgres.psql(f"DROP DATABASE {name} WITH (FORCE);")


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, as the headless shell if installed."""
    path = program("chromium-headless-shell", "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def monitor(site: Site) -> AsyncIterator[PageMonitor]:
    """The requests and console messages of a test's pages; unexpected ones fail the test."""
    monitor = PageMonitor(site.url)
    yield monitor
    monitor.assert_quiet()


@pytest_asyncio.fixture(loop_scope="session")
async def new_page(chromium: Browser, site: Site, monitor: PageMonitor) -> AsyncIterator[OpenPage]:
    """A function that opens a page in a new profile, with options of a Playwright context."""
    async with AsyncExitStack() as stack:

        async def open_page(*, scripts: str = "on", **options: Any) -> Page:
            context = await chromium.new_context(
                base_url=site.url,
                locale="fr-FR",
                java_script_enabled=scripts != "off",
                reduced_motion="reduce",
                **options,
            )
            stack.push_async_callback(context.close)
            context.set_default_timeout(10_000)
            monitor.follow(context, blocked=scripts == "blocked")
            if scripts == "blocked":
                await context.route("**/scripts.js", lambda route: route.abort())
            return await context.new_page()

        yield open_page


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def member(site: Site) -> StorageState:
    """The cookies of a logged-in user without declared DIF hours; never logged out."""
    async with http_client(site) as client:
        await open_and_log_in(client, site, Person(birth_name="Membre"))
        return storage_state(client, site)


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def saved(site: Site) -> SavedSessions:
    """Saved sessions for tests that look at a page without changing its data."""
    return await save_sessions(site)


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    """An inspector; reports all the problems of its pages together."""
    inspector = Inspector()
    yield inspector
    inspector.assert_all_well()
