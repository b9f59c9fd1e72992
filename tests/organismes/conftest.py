"""An organisme's desk, a titulaire with hours, and dossiers submitted to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.support.desks import agents
from tests.support.desks.agents import OTHER_SIRET, InventedAgent, log_in_agent, organisme_agent
from tests.support.http.client import Client
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training import dossiers
from tests.support.training.dossiers import Submit
from web.core.runtime import Runtime


@pytest.fixture
async def agent(runtime: Runtime) -> InventedAgent:
    """An agent of the organisme."""
    return await agents.add(runtime, organisme_agent())


@pytest.fixture
async def desk(client: Client, agent: InventedAgent) -> Client:
    """The agent's browser, logged in."""
    await log_in_agent(client, agent)
    return client


@pytest.fixture
async def colleague(
    app: Starlette, runtime: Runtime, agent: InventedAgent
) -> AsyncIterator[Client]:
    """Another agent of the same organisme, logged in."""
    other = await agents.add(runtime, organisme_agent())
    async with Client(app, address="198.51.100.8") as browser:
        await log_in_agent(browser, other)
        yield browser


@pytest.fixture
async def other_organisme(app: Starlette, runtime: Runtime) -> AsyncIterator[Client]:
    """An agent of another organisme, logged in."""
    other = organisme_agent(siret=OTHER_SIRET, organisation="Fongélys")
    await agents.add(runtime, other)
    async with Client(app, address="198.51.100.7") as browser:
        await log_in_agent(browser, other)
        yield browser


@pytest.fixture
def person() -> Person:
    """The titulaire of these tests."""
    return Person(first_name="Philomène", birth_name="Serin", email="philomene@exemple.fr")


@pytest.fixture
async def person_id(runtime: Runtime, person: Person) -> UUID:
    """The titulaire's person id, with 15 hours of DIF and 20 of CPF."""
    account_id = await open_account(runtime, person)
    found = await dossiers.person_of(runtime, account_id)
    await dossiers.give_hours(runtime, found, dif=15, cpf=20)
    return found


@pytest.fixture
async def submit(runtime: Runtime, agent: InventedAgent, person_id: UUID) -> Submit:
    """A function that submits a dossier of 40 hours to the organisme, with the given changes."""

    async def submitted(**changes: Any) -> UUID:
        assert agent.organisation_id
        contents = dossiers.complete(agent.organisation_id, **changes)
        return await dossiers.submitted(runtime, person_id, contents)

    return submitted


@pytest.fixture
async def dossier_id(submit: Submit) -> UUID:
    """A dossier that awaits the organisme's decision."""
    return await submit()
