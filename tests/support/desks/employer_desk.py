"""Fixtures: an employer's agent, logged in at their desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent
from tests.support.desks.desk import Desk
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from web.core.runtime import Runtime


@pytest.fixture
async def agent(runtime: Runtime) -> InventedAgent:
    """Verrerie Duval's agent."""
    return await agents.add(runtime, InventedAgent())


@pytest.fixture
async def desk(
    app: Starlette, runtime: Runtime, agent: InventedAgent, person_id: UUID
) -> AsyncIterator[Desk]:
    """The agent's browser, logged in, before any délégation."""
    async with Client(app, address="198.51.100.7") as browser:
        await make_known(browser, agent)
        await agents.log_in_agent(browser, agent)
        yield Desk(browser, runtime, agent, person_id)
