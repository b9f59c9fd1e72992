"""Invented agents of organismes and employers, and their login."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pyotp

from tests.support.http.client import Client, Page
from tests.support.titulaires.people import PASSWORD
from web.agents.access.queries import set_manager
from web.agents.invitations.queries import add_agent, find_or_add_organisation
from web.agents.records import AGENT_EMAIL, Kind
from web.auth.logins import set_password
from web.auth.two_factor.rules import TOTP_SECRET
from web.core.runtime import Runtime
from web.domain.passwords.policy import normalise
from web.people.identity import email_digest

ORGANISME_SIRET, EMPLOYER_SIRET = "73282932000074", "99999980800010"
OTHER_SIRET = "44306184100047"
LOGIN = "/professionnels"
_numbers = itertools.count(1)


@dataclass
class InventedAgent:
    """An agent's identity and credentials; an organisme's agent has a second factor.

    `is_manager`: an access manager of the organisation.
    """

    kind: Kind = Kind.EMPLOYER
    siret: str = ""
    organisation: str = ""
    email: str = ""
    password: str = PASSWORD
    secret: str | None = None
    is_manager: bool = False
    id: UUID = field(default_factory=uuid4)
    organisation_id: UUID | None = None

    def __post_init__(self) -> None:
        is_organisme = self.kind is Kind.ORGANISME
        self.siret = self.siret or (ORGANISME_SIRET if is_organisme else EMPLOYER_SIRET)
        self.organisation = self.organisation or ("Opcalys" if is_organisme else "Verrerie Duval")
        self.email = self.email or f"agent{next(_numbers)}@exemple.fr"
        if is_organisme and self.secret is None:
            self.secret = pyotp.random_base32()


def organisme_agent(**values: str) -> InventedAgent:
    """An agent of an organisme."""
    return InventedAgent(Kind.ORGANISME, **values)  # type: ignore[arg-type]


async def add(runtime: Runtime, agent: InventedAgent) -> InventedAgent:
    """Create the account, as if the invitation had been followed."""
    hashed = await runtime.passwords.hash(normalise(agent.password))
    async with runtime.db.transaction() as connection:
        organisation = await find_or_add_organisation(
            connection, agent.kind.value, agent.siret, agent.organisation
        )
        agent.organisation_id = organisation.id
        await add_agent(
            connection,
            agent.id,
            organisation.id,
            email_digest(runtime.hasher, agent.email),
            AGENT_EMAIL.seal(runtime.vault, agent.email, id=agent.id),
        )
        await set_password(connection, agent.id, hashed)
        await set_manager(connection, agent.id, is_manager=agent.is_manager)
        if agent.secret:
            await connection.execute(
                """
                UPDATE login SET totp_secret = $2, totp_confirmed_at = now() WHERE id = $1
                """,
                agent.id,
                TOTP_SECRET.seal(runtime.vault, agent.secret, id=agent.id),
            )
    return agent


async def enter_password(client: Client, agent: InventedAgent, path: str = LOGIN) -> Page:
    """Complete the first step of the login; return the next page."""
    page = await client.get(path)
    return await client.submit(page, {"email": agent.email, "password": agent.password})


async def log_in_agent(client: Client, agent: InventedAgent, path: str = LOGIN) -> Page:
    """Complete the login; return the first page of the space."""
    page = await enter_password(client, agent, path)
    if agent.secret is None:
        return page
    return await client.submit(page, {"password_code": await code_of(client, agent)})


async def code_of(client: Client, agent: InventedAgent) -> str:
    """A code that the application accepts now, even if the last login used it."""
    assert agent.secret
    runtime: Runtime = client.app.state.runtime
    async with runtime.db.connection() as connection:
        await connection.execute("UPDATE login SET totp_last_step = 0 WHERE id = $1", agent.id)
        now = await connection.fetchval("SELECT extract(epoch FROM now())::bigint")
    return pyotp.TOTP(agent.secret).at(now)
