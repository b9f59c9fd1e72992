"""The acts of an employer's agent at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.support.db.rows import column, run
from tests.support.desks.agents import InventedAgent
from tests.support.http.client import Client, Page
from tests.support.training.delegations import day
from web.core.runtime import Runtime

USED = (
    "SELECT actor_name FROM event WHERE kind = 'delegation_used' AND actor = 'employer' "
    "ORDER BY position"
)
TYPED = {
    "title": "Soudure à l’arc",
    "trainer_name": "École des Quais",
    "trainer_siret": "732 829 320 00074",
    "starts_on": day(120),
    "ends_on": day(220),
    "duration": "40",
    "cost": "",
    "on_working_time": "oui",
    "situation": "salarie",
    "employer": "Ateliers du Lac",
}


@dataclass
class Desk:
    """The agent's browser, and the person who may grant it access."""

    browser: Client
    runtime: Runtime
    agent: InventedAgent
    person_id: UUID

    async def granted(
        self, scope: str = "modifier", *, starts: int = 0, ends: int | None = None, siret: str = ""
    ) -> UUID:
        """Grant the agent's employer a délégation, its days counted from today."""
        delegation_id = uuid4()
        await run(
            self.runtime,
            """
            INSERT INTO delegation (id, person_id, siret, employer_name, scope, starts_on, ends_on)
            SELECT $1, $2, $3, 'Duval', $4, today + $5::int, today + $6::int
            FROM (SELECT (now() AT TIME ZONE 'Europe/Paris')::date AS today) AS paris
            """,
            delegation_id,
            self.person_id,
            siret or self.agent.siret,
            scope,
            starts,
            ends,
        )
        return delegation_id

    async def revoked(self, delegation_id: UUID) -> None:
        """Revoke the délégation as the titulaire does."""
        await run(
            self.runtime, "UPDATE delegation SET revoked_at = now() WHERE id = $1", delegation_id
        )

    async def person(self, delegation_id: UUID) -> Page:
        """Open the person's page."""
        return await self.browser.get(f"/employeur/personnes/{delegation_id}")

    async def dossier(self, delegation_id: UUID, dossier_id: UUID, action: str = "") -> Page:
        """Open a dossier's page, or that of an action."""
        return await self.browser.get(dossier_path(delegation_id, dossier_id, action))

    async def create(self, delegation_id: UUID, fields: Mapping[str, str]) -> Page:
        """Fill the form of a new draft and save it."""
        path = new_path(delegation_id)
        return await self.browser.submit(await self.browser.get(path), fields, action=path)

    async def uses(self) -> list[str]:
        """The agents who used a délégation, according to the history."""
        return await column(self.runtime, USED)


def new_path(delegation_id: UUID) -> str:
    """The path of the form of a new draft."""
    return f"/employeur/personnes/{delegation_id}/dossiers/nouveau"


def dossier_path(delegation_id: UUID, dossier_id: UUID, action: str = "") -> str:
    """The path of a dossier."""
    path = f"/employeur/personnes/{delegation_id}/dossiers/{dossier_id}"
    return f"{path}/{action}" if action else path
