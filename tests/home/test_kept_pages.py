"""Public pages that a browser or a proxy keeps for a minute, and those that it must not."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.programs.settings import NOWHERE, make_settings
from tests.support.titulaires.journey import to_identity
from web.app import create_app
from web.core.http.browser.browser import TOKEN_COOKIE
from web.home import pages
from web.home.pages import CONTACT
from web.home.rubrics import TRAININGS

# Of these two, one has a form, the other asks the database.
SHOWN = [page.url for page in pages.all_pages() if page not in (CONTACT, TRAININGS)]
KEPT = "public, max-age=60"
NEVER = "no-store, no-cache"


@pytest.mark.parametrize("path", SHOWN)
async def test_a_second_view_without_cookies_costs_no_page(site: Client, path: str) -> None:
    first = await site.http.get(path)
    assert first.headers["cache-control"] == KEPT
    assert "set-cookie" not in first.headers
    assert {"Cookie", "Accept-Encoding"} <= set(first.headers["vary"].split(", "))
    again = await site.http.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("cache-control", "etag"):
        assert again.headers[name] == first.headers[name]


async def test_every_process_gives_the_same_bytes_and_tag(site: Client) -> None:
    async with Client(create_app(make_settings(database_url=NOWHERE))) as other:
        for path in SHOWN:
            one, two = await site.http.get(path), await other.http.get(path)
            assert (one.content, one.headers["etag"]) == (two.content, two.headers["etag"])


async def test_another_tag_gets_the_page(site: Client) -> None:
    first = await site.http.get("/")
    other = await site.http.get("/aide", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]


async def test_a_browser_with_a_cookie_gets_the_same_page_stored_nowhere(site: Client) -> None:
    first = await site.http.get("/")
    cookie = {"Cookie": f"{TOKEN_COOKIE.name(secure=False)}={'a' * 43}"}
    tagged = cookie | {"If-None-Match": first.headers["etag"]}
    for headers in (cookie, tagged):
        known = await site.http.get("/", headers=headers)
        assert known.status_code == 200
        assert known.headers["cache-control"] == NEVER
        assert "etag" not in known.headers
        assert known.content == first.content


@pytest.mark.parametrize("agent", ["Lynx/2.9.0dev.12", "w3m/0.5.3", "Links (2.28; Linux)"])
async def test_a_text_browser_keeps_nothing_as_it_ignores_vary(site: Client, agent: str) -> None:
    answer = await site.http.get("/", headers={"User-Agent": agent})
    assert answer.headers["cache-control"] == NEVER


async def test_a_notice_is_shown_once_and_never_kept(app: Starlette, client: Client) -> None:
    await to_identity(client)
    page = await client.submit(await client.get("/inscription/annuler"))
    assert page.url == "/"
    assert page.response.headers["cache-control"] == NEVER
    assert 'role="status"' in page.html.split("<main")[1]
    async with Client(app, address="203.0.113.9") as other:
        kept = await other.http.get("/")
    assert kept.headers["cache-control"] == KEPT
    assert 'role="status"' not in kept.text.split("<main")[1]


async def test_a_stale_form_shown_above_a_public_page_is_never_kept(site: Client) -> None:
    """A form sent without its cookie to a path whose page is public."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    shown = await site.http.post("/aide", content="prenom=Secret", headers=form)
    assert "Ce formulaire avait expiré" in shown.text
    assert shown.headers["cache-control"] == NEVER
    assert "formulaire" not in (await Client(site.app).http.get("/aide")).text.split("<main")[1]
