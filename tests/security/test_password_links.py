"""« Mot de passe oublié », for both kinds of account: limits, and links never issued."""

from __future__ import annotations

import pytest

from tests.support.client import Client, Page
from tests.support.kinds import AGENT, KINDS, TITULAIRE, Kind
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.professionals.links import REQUESTS_PER_ADDRESS as AGENTS_PER_ADDRESS
from web.signin.forgotten import REQUESTS_PER_ADDRESS

OF_EACH_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


async def ask(client: Client, kind: Kind, identifier: str) -> Page:
    """Request a link."""
    return await client.submit(await client.get(kind.forgotten), {kind.identifier: identifier})


@OF_EACH_KIND
@pytest.mark.parametrize("known", [True, False])
async def test_requests_are_bounded_alike_for_known_and_unknown(
    client: Client, runtime: Runtime, kind: Kind, known: bool
) -> None:
    """2.4.1."""
    identifier = await kind.open(runtime) if known else kind.unknown
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
    assert (await ask(client, kind, await kind.open(runtime))).status == 200
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
