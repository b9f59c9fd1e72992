"""The site of the demonstration: its banner, its mails, and nothing of them elsewhere."""

from __future__ import annotations

import pytest

from tests.support.http.client import Client
from tests.support.programs.settings import NOWHERE, make_settings
from web.app import create_app
from web.demo.site import demonstration as additions

WARNING = "ne saisissez aucun vrai numéro de Sécurité sociale"
LINK = 'href="/demo/courriels"'


async def test_each_page_warns_and_leads_to_the_mails(demonstration: Client) -> None:
    for path in ("/", "/connexion", "/demo/composants", "/nowhere"):
        page = await demonstration.get(path)
        assert WARNING in page.text
        assert LINK in page.html


async def test_without_caught_mails_the_banner_has_no_link() -> None:
    settings = make_settings(environment="demo", database_url=NOWHERE)
    async with Client(create_app(settings, additions(settings))) as visitor:
        for path in ("/", "/demo/composants"):
            page = await visitor.get(path)
            assert WARNING in page.text
            assert LINK not in page.html
        assert (await visitor.get("/demo/courriels")).status == 404


@pytest.mark.parametrize("environment", ["demo", "test", "production"])
async def test_the_application_alone_shows_nothing_of_it(environment: str) -> None:
    settings = make_settings(database_url=NOWHERE, demo_mail_dir="/nowhere")
    settings = settings.model_copy(update={"environment": environment})
    async with Client(create_app(settings)) as visitor:
        page = await visitor.get("/")
        assert WARNING not in page.text
        assert "/demo" not in page.html
        for path in ("/demo/courriels", "/demo/composants", "/demo/composants/erreurs"):
            assert (await visitor.get(path)).status == 404
        answer = await visitor.http.get("/", headers={"Host": "evil.example"})
        assert answer.status_code == 200
