"""Agents of an organisme and of an employer, and someone who is neither."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, organisme_agent
from tests.support.http.client import Client
from web.core.runtime import Runtime


@pytest.fixture
async def employer(runtime: Runtime) -> InventedAgent:
    """An employer's agent, without a second factor."""
    return await agents.add(runtime, InventedAgent())


@pytest.fixture
async def organisme(runtime: Runtime) -> InventedAgent:
    """An organisme's agent, with the mandatory second factor."""
    return await agents.add(runtime, organisme_agent())


@pytest.fixture
async def elsewhere(app: Starlette) -> AsyncIterator[Client]:
    """Another browser, at another address."""
    async with Client(app, address="198.51.100.9") as browser:
        yield browser


@pytest.fixture
async def newcomer(runtime: Runtime) -> InventedAgent:
    """An organisme's agent who has just chosen a password."""
    agent = organisme_agent(email="nouvelle@exemple.fr")
    agent.secret = None
    return await agents.add(runtime, agent)
