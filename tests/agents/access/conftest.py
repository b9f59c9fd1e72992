"""An access manager of an employer, logged in, and a colleague."""

from __future__ import annotations

import pytest

from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, log_in_agent
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from web.core.runtime import Runtime


@pytest.fixture
async def manager(runtime: Runtime) -> InventedAgent:
    """The access manager."""
    return await agents.add(runtime, InventedAgent(email="alice@verrerie.example", is_manager=True))


@pytest.fixture
async def colleague(runtime: Runtime, manager: InventedAgent) -> InventedAgent:
    """An agent of the same employer."""
    return await agents.add(runtime, InventedAgent(email="bruno@verrerie.example"))


@pytest.fixture
async def outsider(runtime: Runtime) -> InventedAgent:
    """An agent of another employer."""
    return await agents.add(
        runtime,
        InventedAgent(
            email="claire@quincaillerie.example",
            siret=agents.OTHER_SIRET,
            organisation="Quincaillerie",
        ),
    )


@pytest.fixture
async def desk(client: Client, manager: InventedAgent) -> Client:
    """The manager's known browser, logged in."""
    await make_known(client, manager)
    await log_in_agent(client, manager)
    return client
