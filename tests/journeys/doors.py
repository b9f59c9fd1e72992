"""Where tests may come in without walking the way there each time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from playwright.async_api import Browser, Page

from tests.journeys.agents import invite, open_desk, submit_many
from tests.journeys.dossiers import newest_person, prepare
from tests.journeys.hands import Pointer
from tests.journeys.paths import NEWEST, to_desk, to_space, to_validation, to_waiting
from tests.journeys.site import NEW_PASSWORD, Site
from tests.support.agents import InventedAgent
from tests.support.dossiers import draft
from tests.support.people import Person, synthetic_siret
from web.domain.submission import Draft
from web.signin.forgotten_routes import FORGOTTEN_URL

# Two years of hours, and more than a page of history.
FILL = (
    "INSERT INTO movement (person_id, balance, kind, hours, year) "
    "SELECT $1, 'cpf', 'cpf_yearly_credit', 24, year FROM generate_series(2024, 2025) AS year",
    "INSERT INTO event (person_id, kind, actor, device, detail) "
    "SELECT $1, 'dif_corrected', 'titulaire', 'Firefox sur Windows', n || ' h' "
    "FROM generate_series(1, 25) AS n",
)


@dataclass(frozen=True)
class Doors:
    """The cookies of several people, and an address; what is behind may be used, not used up."""

    # Nobody known.
    visitor: None
    # At the fourth step of a registration.
    registrant: Any
    # On the page that waits for the mail of this registration.
    waiting: Any
    awaited: UUID
    # Signed in, with hours and a history.
    account: Any
    # Signed in, with hours and two drafts.
    planner: Any
    # An agent of an organisme, with more than a page of dossiers to decide on.
    desk: Any
    # Where that account may choose another password, and an agent their first one.
    new_password: str
    invitation: str


async def open_doors(chromium: Browser, site: Site) -> Doors:
    """Open each once."""
    async with _visitor(chromium, site) as page:
        await to_validation(page, site, Person())
        registrant = await page.context.storage_state()
    async with _visitor(chromium, site) as page:
        await (await to_waiting(page, site, Person())).reads("Courriel envoyé")
        waiting = await page.context.storage_state()
        awaited = await site.sql(NEWEST)
    person = Person(birth_name="Remplie")
    async with _visitor(chromium, site) as page:
        await to_space(page, site, person)
        newest = await site.sql("SELECT id FROM person ORDER BY created_at DESC LIMIT 1")
        for statement in FILL:
            await site.sql(statement, newest)
        account = await page.context.storage_state()
    async with _visitor(chromium, site) as page:
        await to_space(page, site, Person(birth_name="Prévoyante"))
        planning = await newest_person(site)
        await prepare(site, planning)
        async with site.runtime() as runtime:
            for title in ("Anglais professionnel", "Soudure"):
                await draft(runtime, planning, Draft(title=title))
        planner = await page.context.storage_state()
    async with _visitor(chromium, site) as page:
        await page.goto(FORGOTTEN_URL)
        await ask_for_a_link(Pointer(page), person)
    new_password = await site.link_mailed_to(person.email, link=NEW_PASSWORD)
    invitation = await invite(site, InventedAgent(siret=synthetic_siret()))
    async with _visitor(chromium, site) as page:
        agent = await open_desk(site)
        await submit_many(site, agent, 25)
        await to_desk(page, site, agent)
        desk = await page.context.storage_state()
    return Doors(
        None, registrant, waiting, awaited, account, planner, desk, new_password, invitation
    )


async def ask_for_a_link(hand: Any, person: Person) -> None:
    """From « Mot de passe oublié » to the page that says what comes."""
    await hand.reads("Indiquez votre numéro de sécurité sociale")
    await hand.write("Identifiant", person.nir)
    await hand.press("Recevoir un lien")
    await hand.reads("Votre demande est enregistrée")


@asynccontextmanager
async def _visitor(chromium: Browser, site: Site) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=site.url)
    try:
        yield await context.new_page()
    finally:
        await context.close()
