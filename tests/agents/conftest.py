"""Agents of an organisme and of an employer, and someone who is neither."""

from __future__ import annotations

import pytest

from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, organisme_agent
from tests.support.logins.each_kind import elsewhere
from web.core.runtime import Runtime

__all__ = ["elsewhere", "employer", "newcomer", "organisme"]


@pytest.fixture
async def employer(runtime: Runtime) -> InventedAgent:
    """An employer's agent, without a second factor."""
    return await agents.add(runtime, InventedAgent())


@pytest.fixture
async def organisme(runtime: Runtime) -> InventedAgent:
    """An organisme's agent, with the mandatory second factor."""
    return await agents.add(runtime, organisme_agent())


@pytest.fixture
async def newcomer(runtime: Runtime) -> InventedAgent:
    """An organisme's agent who has just chosen a password."""
    agent = organisme_agent(email="nouvelle@exemple.fr")
    agent.secret = None
    return await agents.add(runtime, agent)
