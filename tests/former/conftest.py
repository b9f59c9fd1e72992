"""A former account holder, the closed account's records, and a stranger who has the number."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.former.closed_account import Left, close, fill
from tests.support.desks.agents import (
    InventedAgent,
    add,
    log_in_agent,
    organisme_agent,
)
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime


@pytest.fixture
def owner() -> Person:
    """The account's owner."""
    return Person(first_name="Zoé", birth_name="d’Orange-Née", email="zoe@exemple.fr")


@pytest.fixture
async def agent(runtime: Runtime) -> InventedAgent:
    """An agent of the organisme that handles their dossiers."""
    return await add(runtime, organisme_agent())


@pytest.fixture
async def organisme(app: Starlette, agent: InventedAgent) -> AsyncIterator[Client]:
    """The agent's browser, logged in."""
    async with Client(app, address="198.51.100.20") as browser:
        await log_in_agent(browser, agent)
        yield browser


@pytest.fixture
async def employer(app: Starlette, runtime: Runtime) -> AsyncIterator[tuple[Client, InventedAgent]]:
    """An employer's agent, logged in."""
    one = await add(runtime, InventedAgent())
    async with Client(app, address="198.51.100.21") as browser:
        await log_in_agent(browser, one)
        yield browser, one


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[Client]:
    """Another browser, at another address."""
    async with Client(app, address="203.0.113.99") as browser:
        yield browser


@pytest.fixture
async def left(
    client: Client, runtime: Runtime, owner: Person, agent: InventedAgent, outbox: Outbox
) -> Left:
    """The owner's account, filled in and then closed."""
    await register_and_log_in(client, owner, outbox)
    found = await fill(runtime, agent)
    assert "Votre compte est fermé" in (await close(client, owner)).text
    await outbox.deliver()
    outbox.peer.received.clear()
    return found
