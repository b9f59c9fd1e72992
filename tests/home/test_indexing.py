"""Search engines index the public pages only."""

from __future__ import annotations

import re
from urllib.robotparser import RobotFileParser

import pytest
from starlette.routing import Route

from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import make_settings
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from web.app import create_app
from web.home.pages import all_pages
from web.routes import PUBLIC_PATHS

SETTINGS = make_settings(database_url="postgresql://nobody@127.0.0.1:1/nothing")
NOBODY = "01937b3a-0000-7000-8000-000000000000"
PATHS = sorted(
    re.sub(r"\{[^}]*:uuid\}", NOBODY, re.sub(r"\{(\w+)\}", "a" * 43, route.path))
    for route in create_app(SETTINGS).routes
    if isinstance(route, Route)
    and "GET" in (route.methods or ())
    and not route.path.startswith(("/static/", "/robots.txt", "/sitemap.xml"))
)
PRIVATE = [path for path in PATHS if path not in PUBLIC_PATHS]


async def test_no_page_but_the_public_ones_may_be_kept(client: Client, outbox: Outbox) -> None:
    assert len(PRIVATE) > 40
    for path in PRIVATE:
        answer = await client.http.get(path)
        assert answer.headers["x-robots-tag"] == "noindex", path
    await register_and_log_in(client, Person(), outbox)
    for path in PRIVATE:
        if path != "/deconnexion":
            answer = await client.http.get(path)
            assert answer.headers["x-robots-tag"] == "noindex", path


async def test_the_public_pages_may_be_kept_and_are_listed(site: Client) -> None:
    listed = (await site.http.get("/sitemap.xml")).text
    for page in all_pages():
        answer = await site.http.get(page.url)
        assert "x-robots-tag" not in answer.headers, page.url
        assert f"{page.url}</loc>" in listed
    assert listed.count("<loc>") == len(all_pages())


@pytest.mark.parametrize(
    "path", ["/mot-de-passe/abc", "/courriel/abc", "/professionnels/mot-de-passe/abc", "/espace"]
)
async def test_robots_follow_no_link_of_a_mail(site: Client, path: str) -> None:
    rules = RobotFileParser()
    rules.parse((await site.http.get("/robots.txt")).text.splitlines())
    assert not rules.can_fetch("Anything", path)
