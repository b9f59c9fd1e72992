"""An agent's address is case-insensitive."""

from __future__ import annotations

import pytest

from tests.support.db.rows import column, run, value
from tests.support.desks.agents import LOGIN, InventedAgent, add, enter_password
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from web.agents.invitations.command import Options, run_invitation
from web.agents.kind import AGENT
from web.agents.records import login_subject
from web.core.runtime import Runtime
from web.people.identity import email_digest, email_digests
from web.settings import Settings

FORGOTTEN = "/professionnels/mot-de-passe-oublie"
INVITED = "Jean.Dupont@exemple.fr"


def spelled_before(runtime: Runtime, email: str) -> bytes:
    """The digest of an address from when the local part was case-sensitive."""
    return email_digests(runtime.hasher, email)[1]


@pytest.fixture
async def jean(runtime: Runtime) -> InventedAgent:
    """An agent invited with capitals in the address."""
    return await add(runtime, InventedAgent(email=INVITED))


@pytest.mark.parametrize("typed", ["jean.dupont@exemple.fr", "JEAN.DUPONT@EXEMPLE.FR", INVITED])
async def test_an_agent_logs_in_whatever_the_capitals(
    client: Client, jean: InventedAgent, typed: str
) -> None:
    page = await client.get(LOGIN)
    fields = {"email": typed, "password": jean.password}
    assert (await client.submit(page, fields, follow=False)).location == "/employeur"


async def test_a_forgotten_password_is_answered_at_the_address_of_the_invitation(
    client: Client, jean: InventedAgent, outbox: Outbox
) -> None:
    """Never to the typed address: another server may treat it as another mailbox."""
    await client.submit(await client.get(FORGOTTEN), {"email": "jean.DUPONT@exemple.fr"})
    await outbox.deliver()
    assert [mail.recipient for mail in outbox.peer.received] == [INVITED]


async def test_the_same_address_is_not_invited_twice(
    runtime: Runtime, jean: InventedAgent, settings: Settings
) -> None:
    options = Options("employer", jean.siret, jean.organisation, "\u200bjean.dupont@exemple.fr")
    assert await run_invitation(settings, options) == 0
    assert await value(runtime, "SELECT count(*) FROM professional") == 1


async def test_wrong_passwords_are_counted_together_whatever_the_capitals(
    client: Client, jean: InventedAgent, runtime: Runtime
) -> None:
    for typed in ("jean.dupont@exemple.fr", "JEAN.dupont@exemple.fr", INVITED):
        page = await client.get(LOGIN)
        await client.submit(page, {"email": typed, "password": "Faux-mot-000-passe"})
    in_a_row = runtime.limits.bucket_of(
        AGENT.password_tries.in_a_row, login_subject(runtime.hasher, jean.email).hex()
    )
    assert await value(runtime, "SELECT hits FROM rate_limit WHERE bucket = $1", in_a_row) == 3


async def test_an_agent_of_before_logs_in_and_is_found_by_any_spelling_once_looked_at(
    client: Client, jean: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    earlier = spelled_before(runtime, INVITED)
    await run(runtime, "UPDATE professional SET email_digest = $1, email_folded = false", earlier)
    page = await enter_password(client, jean)
    assert page.url == "/employeur"
    await run(
        runtime,
        "INSERT INTO password_link (id, kind, purpose, identifier_digest) "
        "VALUES (gen_random_uuid(), 'agent', 'invitation', $1)",
        earlier,
    )
    await outbox.deliver()  # the worker first migrates the digests
    folded = email_digest(runtime.hasher, INVITED)
    assert await column(runtime, "SELECT email_digest FROM professional") == [folded]
    assert await column(runtime, "SELECT identifier_digest FROM password_link") == [folded]
    await client.get(LOGIN)
    await client.submit(await client.get(FORGOTTEN), {"email": "jean.dupont@exemple.fr"})
    await outbox.deliver()
    assert outbox.to(INVITED)


async def test_two_agents_that_only_case_tells_apart_go_on_with_their_own_spelling(
    client: Client, jean: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    await run(
        runtime,
        "UPDATE professional SET email_digest = $1, email_folded = false",
        spelled_before(runtime, INVITED),
    )
    other = await add(
        runtime, InventedAgent(email="jean.dupont@exemple.fr", password="Brume-cerise-624")
    )
    await outbox.deliver()
    assert await value(runtime, "SELECT bool_and(email_folded) FROM professional")
    for agent in (jean, other):
        page = await client.get(LOGIN)
        fields = {"email": agent.email, "password": agent.password}
        assert (await client.submit(page, fields, follow=False)).location == "/employeur"
        client.http.cookies.clear()
