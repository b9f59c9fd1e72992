"""A former account holder, the closed account's records, and a stranger who has the number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

import pytest
from starlette.applications import Starlette

from tests.employers.desk import Desk
from tests.support.agents import (
    InventedAgent,
    add,
    log_in_agent,
    organisme_agent,
)
from tests.support.client import Client, Page
from tests.support.dossiers import agent_of, complete, find, give_hours, step, submitted, validated
from tests.support.journey import register_and_log_in
from tests.support.outbox import Outbox
from tests.support.people import Person
from tests.support.rows import run, value
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts

CLOSING = "/espace/informations/fermeture"
FORMER = "/espace/ancien-compte"
CONFIDENTIAL, VALIDATED = "Reconversion discrète", "Soufflage canarien"
REASON = "Le devis de la verrerie manque."
EMPLOYER_NAME = "Verrerie Canarienne"


@dataclass
class Left:
    """The records of a closed account: dossiers by status, and the strings no stranger may read."""

    person_id: UUID
    sent_back: UUID
    held: UUID
    waiting: UUID
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def dossiers(self) -> tuple[UUID, ...]:
        """All of them."""
        return (self.sent_back, self.held, self.waiting)

    def told_in(self, text: str) -> set[str]:
        """The names of the secrets found in a text."""
        return {name for name, secret in self.secrets.items() if secret in text}


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


async def close(space: Client, person: Person) -> Page:
    """Close the account by « Fermer mon compte »."""
    return await space.submit(
        await space.get(CLOSING), {"password": person.password}, action=CLOSING
    )


async def fill(runtime: Runtime, agent: InventedAgent) -> Left:
    """Add dossiers, a reason and a délégation to the only account."""
    assert agent.organisation_id
    person_id = await value(runtime, "SELECT person_id FROM account")
    await give_hours(runtime, person_id, dif=10, cpf=24)
    contents = complete(agent.organisation_id, title=CONFIDENTIAL, confidential=True)
    sent_back = await submitted(runtime, person_id, contents)
    author = agent_of(contents, agent.organisation)
    await step(runtime, sent_back, Event.SEND_BACK, author, Facts(reason=REASON))
    held = await validated(
        runtime, person_id, replace(contents, title=VALIDATED, confidential=False, duration=16)
    )
    waiting = await submitted(runtime, person_id, replace(contents, confidential=False))
    await run(
        runtime,
        "INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on) "
        "VALUES (gen_random_uuid(), $1, '35600000000048', $2, 'consulter', $3)",
        person_id,
        EMPLOYER_NAME,
        date(2026, 1, 1),
    )
    left = Left(person_id, sent_back, held, waiting)
    left.secrets = {
        "confidential": CONFIDENTIAL,
        "validated": VALIDATED,
        "reason": "devis de la verrerie",
        "employer": EMPLOYER_NAME,
        "siret": "356 000 000 00048",
        "siret as kept": "35600000000048",
        "organisme": f"Organisme : {agent.organisation}",
        "organisme in the file": f'"nom": "{agent.organisation}"',
        "trainer": "École des Quais",
        "closed": "Compte fermé",
        "revoked": "Délégation révoquée",
    }
    for name in ("sent_back", "held", "waiting"):
        dossier = await find(runtime, getattr(left, name))
        left.secrets[f"number {name}"] = dossier.number
        left.secrets[f"id {name}"] = str(dossier.id)
    return left


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


async def everything(space: Client, runtime: Runtime, left: Left) -> str:
    """Everything an account may read: every page of the space, and the data export."""
    paths = [
        "/espace",
        "/espace/heures",
        "/espace/historique",
        "/espace/dossiers",
        "/espace/dossiers?statut=clos",
        "/espace/dossiers/nouveau",
        "/espace/dossiers/simulation?duration=40",
        "/espace/delegations",
        "/espace/delegations/nouvelle",
        "/espace/informations",
        "/espace/connexions",
        "/espace/mes-donnees",
        FORMER,
    ]
    pages = [await space.get(path) for path in paths]
    assert {page.status for page in pages} <= {200, 303}
    data = await space.submit(pages[-2])
    assert data.response.headers["content-type"].startswith("application/json")
    return "\n".join([*(page.text + page.html for page in pages), data.response.text])


def desk(employer: tuple[Client, InventedAgent], runtime: Runtime, left: Left) -> Desk:
    """The employer's desk, for délégations of this person."""
    browser, one = employer
    return Desk(browser, runtime, one, left.person_id)
