"""The records of a closed account, and all that another account may read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from tests.support.db.rows import run, value
from tests.support.desks.agents import InventedAgent
from tests.support.desks.desk import Desk
from tests.support.http.client import Client, Page
from tests.support.titulaires.people import Person
from tests.support.training.dossiers import (
    agent_of,
    complete,
    find,
    give_hours,
    step,
    submitted,
    validated,
)
from web.core.runtime import Runtime
from web.domain.dossier import Event, Facts

CLOSING = "/espace/informations/fermeture"
FORMER = "/espace/ancien-compte"
CONFIDENTIAL = "Reconversion discrète"
VALIDATED = "Soufflage canarien"
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
