"""« Mot de passe oublié », for both kinds of account: limits, and several links at once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from tests.support.client import Client, Page
from tests.support.kinds import AGENT, KINDS, TITULAIRE, Account, Kind
from tests.support.outbox import Outbox
from tests.support.rows import value
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.professionals.links import REQUESTS_PER_ADDRESS as AGENTS_PER_ADDRESS
from web.signin.links import REQUESTS_PER_ADDRESS

NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
STOLEN = {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}
OF_EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


async def ask(client: Client, kind: Kind, identifier: str) -> Page:
    """Request a link."""
    return await client.submit(await client.get(kind.forgotten), {kind.identifier: identifier})


async def asked_link(client: Client, account: Account, outbox: Outbox) -> str:
    """Request a link and return the path mailed."""
    await ask(client, account.kind, account.identifier)
    await outbox.deliver()
    text = outbox.to(account.email)[-1].text
    found = re.search(rf"https?://[^\s/]+({account.kind.links}/[A-Za-z0-9_-]{{43}})", text)
    assert found, text
    return found[1]


@OF_EACH_KIND
@pytest.mark.parametrize("known", [True, False])
async def test_requests_are_bounded_alike_for_known_and_unknown(
    client: Client, runtime: Runtime, kind: Kind, known: bool
) -> None:
    """2.4.1."""
    identifier = (await kind.open(runtime)).identifier if known else kind.unknown
    for _ in range(5):
        assert (await ask(client, kind, identifier)).status == 200
    page = await ask(client, kind, identifier)
    assert page.status == 429
    assert f"Trop de demandes pour {kind.named}" in page.text
    assert int(page.response.headers["retry-after"]) <= 3600


@pytest.mark.parametrize(
    ("kind", "limit"), [(TITULAIRE, REQUESTS_PER_ADDRESS), (AGENT, AGENTS_PER_ADDRESS)]
)
async def test_requests_are_bounded_by_address(
    client: Client, runtime: Runtime, kind: Kind, limit: Limit
) -> None:
    """2.4.1: a request for anybody counts."""
    assert (await ask(client, kind, (await kind.open(runtime)).identifier)).status == 200
    for _ in range(limit.hits - 1):
        await runtime.limits.hit((limit, "203.0.113.7"))
    assert (await ask(client, kind, kind.unknown)).status == 429


@OF_EACH_KIND
@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é" * 43, "A" * 5000])
async def test_an_unknown_link_has_its_page(client: Client, kind: Kind, token: str) -> None:
    page = await client.get(f"{kind.links}/{token}")
    assert page.status == 404
    assert "Ce lien n’est pas reconnu" in page.text
    assert f'href="{kind.forgotten}"' in page.html


@OF_EACH_KIND
async def test_a_stranger_s_requests_leave_the_owner_s_link_as_it_is(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime, kind: Kind
) -> None:
    """6.1.1: repeated requests do not prevent the owner from choosing a password."""
    account = await kind.open(runtime)
    page = await client.get(await asked_link(client, account, outbox))
    async with Client(app, address="198.51.100.9") as stranger:
        for _ in range(4):
            await ask(stranger, kind, account.identifier)
            await outbox.deliver()
    assert (await client.submit(page, NEW)).url == kind.login
    assert (await replace(account, password=NEW["password"]).log_in(client)).status == 200
    assert (await client.get(kind.inside)).url == kind.inside


@OF_EACH_KIND
@pytest.mark.parametrize("chosen", [0, 1, 2])
async def test_once_a_link_has_served_the_others_open_nothing(
    client: Client, outbox: Outbox, runtime: Runtime, kind: Kind, chosen: int
) -> None:
    account = await kind.open(runtime)
    links = [await asked_link(client, account, outbox) for _ in range(3)]
    pages = [await client.get(link) for link in links]
    assert [page.status for page in pages] == [200] * 3
    assert (await client.submit(pages.pop(chosen), NEW)).url == kind.login
    others = [await client.get(link) for place, link in enumerate(links) if place != chosen]
    assert [page.status for page in others] == [410] * 2
    assert all("Votre mot de passe a changé depuis" in page.text for page in others)
    assert [(await client.submit(page, STOLEN)).status for page in pages] == [410] * 2
    assert await value(runtime, kind.events, "password_reset") == 1
