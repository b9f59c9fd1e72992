"""An employer's agent and a titulaire, added to the running site."""

from __future__ import annotations

from uuid import UUID

from tests.journeys.site import Site
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import person_of


async def add_agent(site: Site, agent: InventedAgent) -> InventedAgent:
    """Add an agent as if the invitation had been followed."""
    async with site.runtime() as runtime:
        return await agents.add(runtime, agent)


async def add_titulaire(site: Site, person: Person) -> UUID:
    """Add someone with an account; return the person's id."""
    async with site.runtime() as runtime:
        return await person_of(runtime, await open_account(runtime, person))
