"""Shortcuts to the pages under test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page, StorageState

from tests.journeys.acts.agents import code_of
from tests.journeys.browsers.drivers import Pointer
from tests.journeys.site import Site
from tests.support.desks.agents import InventedAgent, enter_password
from tests.support.programs.processes import RemoteClient
from tests.support.titulaires import journey
from tests.support.titulaires.people import Person, synthetic_nir
from web.agents.records import Kind
from web.core.clock import Clock

RENEW = "cliquez ici pour renouveler les caractères"
HEAR = "cliquez ici pour écouter la version sonore"
ASK = "cliquez ici pour répondre plutôt à une question"
CHROMIUM_ON_LINUX = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36"
)
NEWEST = "SELECT id FROM registration ORDER BY started_at DESC LIMIT 1"


@asynccontextmanager
async def http_client(site: Site) -> AsyncIterator[RemoteClient]:
    """A client without scripts, with the user agent of a Chromium on Linux."""
    client = RemoteClient(site.url)
    client.http.headers["User-Agent"] = CHROMIUM_ON_LINUX
    try:
        yield client
    finally:
        await client.http.aclose()


def storage_state(client: RemoteClient, site: Site) -> StorageState:
    """A client's cookies in the format of `new_context`."""
    host = urlsplit(site.url).hostname or ""
    return {
        "cookies": [
            {
                "name": cookie.name,
                "value": cookie.value or "",
                "domain": host,
                "path": "/",
                "expires": -1,
                "httpOnly": True,
                "secure": False,
                "sameSite": "Lax",
            }
            for cookie in client.http.cookies.jar
        ]
    }


@asynccontextmanager
async def http_session(page: Page, site: Site) -> AsyncIterator[RemoteClient]:
    """Yield an HTTP client; afterwards, copy its cookies to the browser of the page.

    A browser takes seconds where this client takes hundredths. The stories (`test_story.py`,
    `test_space_story.py`…) prove that people can take the same steps in a browser.
    """
    async with http_client(site) as client:
        yield client
        # Playwright has one type for the cookies it gives and another for those it takes.
        cookies: list[Any] = list(storage_state(client, site)["cookies"])
        await page.context.add_cookies(cookies)


async def to_identity(page: Page, site: Site) -> Pointer:
    """The second step of a new registration."""
    async with http_session(page, site) as client:
        await journey.to_identity(client)
    return await _open(page, "/inscription/identite")


async def to_password(page: Page, site: Site, person: Person) -> Pointer:
    """The third step."""
    async with http_session(page, site) as client:
        await journey.to_password(client, person)
    return await _open(page, "/inscription/mot-de-passe")


async def to_validation(page: Page, site: Site, person: Person) -> Pointer:
    """The fourth step."""
    async with http_session(page, site) as client:
        await journey.to_validation(client, person)
    return await _open(page, "/inscription/validation")


async def to_waiting(page: Page, site: Site, person: Person) -> Pointer:
    """The page that waits for the mail."""
    async with http_session(page, site) as client:
        await journey.to_waiting(client, person)
    return await _open(page, "/inscription/courriel")


async def to_space(page: Page, site: Site, person: Person) -> Pointer:
    """The first page of the personal space of a new account."""
    async with http_session(page, site) as client:
        await open_and_log_in(client, site, person)
    return await _open(page, "/espace")


async def open_and_log_in(client: RemoteClient, site: Site, person: Person) -> None:
    """A new account, its titulaire logged in."""
    await site.open_account(person)
    await journey.log_in(client, person)


async def to_desk(page: Page, site: Site, agent: InventedAgent) -> Pointer:
    """The first page of the space of an existing agent."""
    async with http_session(page, site) as client:
        await log_in_at_desk(client, site, agent)
    return await _open(page, "/organisme" if agent.kind is Kind.ORGANISME else "/employeur")


async def log_in_at_desk(client: RemoteClient, site: Site, agent: InventedAgent) -> None:
    """Log in an existing agent, with both factors if there are two."""
    answer = await enter_password(client, agent)
    if agent.secret:
        await client.submit(answer, {"password_code": await code_of(site, agent)})


async def _open(page: Page, path: str) -> Pointer:
    """Go to a page; raise AssertionError if the cookies give no access."""
    await page.goto(path)
    assert urlsplit(page.url).path == path, f"{path} leads to {page.url}"
    return Pointer(page)


def fifteen_year_old(number: int = 7) -> Person:
    """Someone aged fifteen throughout this year."""
    return Person(nir=synthetic_nir(number, year=(Clock().today().year - 15) % 100, month=1))
