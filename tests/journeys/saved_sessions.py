"""Saved sessions, so that a test need not repeat the way to its page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from playwright.async_api import StorageState

from tests.journeys.acts.agents import invite_in_process, open_desk, submit_many
from tests.journeys.acts.dossiers import newest_person, prepare
from tests.journeys.paths import (
    NEWEST,
    http_client,
    log_in_at_desk,
    open_and_log_in,
    storage_state,
)
from tests.journeys.site import NEW_PASSWORD, Site
from tests.support.desks.agents import InventedAgent
from tests.support.titulaires import journey
from tests.support.titulaires.people import Person, synthetic_siret
from tests.support.training.dossiers import draft
from web.domain.submission import Draft

# Two years of hours, and more than a page of history.
FILL = (
    "INSERT INTO movement (person_id, balance, kind, hours, year) "
    "SELECT $1, 'cpf', 'cpf_yearly_credit', 24, year FROM generate_series(2024, 2025) AS year",
    "INSERT INTO event (person_id, kind, actor, device, detail) "
    "SELECT $1, 'dif_corrected', 'titulaire', 'Firefox sur Windows', n || ' h' "
    "FROM generate_series(1, 25) AS n",
)


@dataclass(frozen=True)
class SavedSessions:
    """The cookies of several people, and mailed links; shared by tests, never used up."""

    # Not logged in.
    visitor: None
    # At the fourth step of a registration.
    registrant: StorageState
    # On the page that waits for the mail of the registration `awaited`.
    waiting: StorageState
    awaited: UUID
    # Logged in, with hours and a history.
    account: StorageState
    # Logged in, with hours and two drafts.
    planner: StorageState
    # An agent of an organisme, with more than a page of dossiers to decide on.
    desk: StorageState
    # The links for choosing another password for `account`, and an agent's first one.
    new_password: str
    invitation: str


async def save_sessions(site: Site) -> SavedSessions:
    """Create each of them over HTTP."""
    async with http_client(site) as client:
        await journey.to_validation(client, Person())
        registrant = storage_state(client, site)
    async with http_client(site) as client:
        unconfirmed = Person()
        await journey.to_waiting(client, unconfirmed)
        waiting = storage_state(client, site)
        awaited = await site.sql(NEWEST)
        await site.link_mailed_to(unconfirmed.email)
    person = Person(birth_name="Remplie")
    async with http_client(site) as client:
        await open_and_log_in(client, site, person)
        newest = await newest_person(site)
        for statement in FILL:
            await site.sql(statement, newest)
        account = storage_state(client, site)
    async with http_client(site) as client:
        await open_and_log_in(client, site, Person(birth_name="Prévoyante"))
        planning = await newest_person(site)
        await prepare(site, planning)
        async with site.runtime() as runtime:
            for title in ("Anglais professionnel", "Soudure"):
                await draft(runtime, planning, Draft(title=title))
        planner = storage_state(client, site)
    async with http_client(site) as client:
        await client.submit(await client.get("/mot-de-passe-oublie"), {"nir": person.nir})
    new_password = await site.link_mailed_to(person.email, link=NEW_PASSWORD)
    invitation = await invite_in_process(site, InventedAgent(siret=synthetic_siret()))
    async with http_client(site) as client:
        agent = await open_desk(site)
        await submit_many(site, agent, 25)
        await log_in_at_desk(client, site, agent)
        desk = storage_state(client, site)
    return SavedSessions(
        None, registrant, waiting, awaited, account, planner, desk, new_password, invitation
    )
