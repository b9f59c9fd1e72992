"""The demonstration's agents: one of an organisme, one of an employer.

They are created once. The TOTP secret and recovery codes are derived from the data folder's secret
key, so that each start can print them without storing them.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.agents.access.queries import set_manager
from web.agents.invitations import queries as invitation_queries
from web.agents.invitations.queries import Organisation
from web.agents.records import AGENT_EMAIL, Kind
from web.auth.logins import set_password
from web.auth.two_factor import queries as second_factor_queries
from web.auth.two_factor.recovery_codes import codes_of, digest_codes, shown_code
from web.auth.two_factor.rules import TOTP_SECRET, secret_of, spelled
from web.core.crypto.vault import Hasher
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.domain.passwords.policy import normalise
from web.domain.situation import OrganismeCategory
from web.people.identity import email_digest

SHOWN_CODES = 3


@dataclass(frozen=True)
class DemoAgent:
    """An agent who can log in at once, and manages the access of their organisation."""

    kind: Kind
    siret: str
    organisation: str
    email: str
    password: str
    has_second_factor: bool
    category: OrganismeCategory | None = None


PASSWORD = "Mimosa-482-Jaune"  # noqa: S105 - printed at each start
# Fictitious SIRET numbers.
ORGANISME = DemoAgent(
    Kind.ORGANISME,
    "99999970900010",
    "Opcalys",
    "agent@opcalys.example",
    PASSWORD,
    has_second_factor=True,
    category=OrganismeCategory.OPCA,
)
EMPLOYER = DemoAgent(
    Kind.EMPLOYER,
    "99999980800010",
    "Verrerie Duval",
    "agent@verrerie-duval.example",
    PASSWORD,
    has_second_factor=False,
)
AGENTS = (ORGANISME, EMPLOYER)


async def make_agents(runtime: Runtime) -> None:
    """Create the missing agents."""
    for agent in AGENTS:
        await _make(runtime, agent)


def agent_logins(hasher: Hasher) -> list[str]:
    """Return the lines that print the agents' logins."""
    return [line for agent in AGENTS for line in _login(hasher, agent)]


async def find_organisme(runtime: Runtime) -> UUID:
    """Return the organisme of its agent."""
    async with runtime.db.transaction() as connection:
        return (await _organisation(connection, ORGANISME)).id


async def _make(runtime: Runtime, agent: DemoAgent) -> None:
    digest = email_digest(runtime.hasher, agent.email)
    async with runtime.db.transaction() as connection:
        if await invitation_queries.lock_agent(connection, (digest,)) is not None:
            return
        organisation = await _organisation(connection, agent)
        agent_id = runtime.randomness.uuid()
        box = AGENT_EMAIL.seal(runtime.vault, agent.email, id=agent_id)
        await invitation_queries.add_agent(connection, agent_id, organisation.id, digest, box)
        hashed = await runtime.passwords.hash(normalise(agent.password))
        await set_password(connection, agent_id, hashed)
        await set_manager(connection, agent_id, is_manager=True)
        if agent.has_second_factor:
            await _protect(runtime, connection, agent, agent_id)


async def _organisation(connection: Connection, agent: DemoAgent) -> Organisation:
    return await invitation_queries.find_or_add_organisation(
        connection,
        agent.kind.value,
        agent.siret,
        agent.organisation,
        agent.category.value if agent.category else None,
    )


async def _protect(
    runtime: Runtime, connection: Connection, agent: DemoAgent, agent_id: UUID
) -> None:
    secret = TOTP_SECRET.seal(runtime.vault, _secret(runtime.hasher, agent), id=agent_id)
    await second_factor_queries.set_factor(connection, agent_id, secret, 0, replacing=False)
    codes = digest_codes(runtime.hasher, agent_id, _codes(runtime.hasher, agent))
    await second_factor_queries.replace_codes(connection, agent_id, codes)


def _secret(hasher: Hasher, agent: DemoAgent) -> str:
    return secret_of(hasher.digest("demonstration second factor", agent.email))


def _codes(hasher: Hasher, agent: DemoAgent) -> tuple[str, ...]:
    return codes_of(hasher.digest("demonstration recovery codes", agent.email))


def _login(hasher: Hasher, agent: DemoAgent) -> list[str]:
    who = "organisme" if agent.kind is Kind.ORGANISME else "employeur"
    lines = [f"  {who:<10} {agent.email}   mot de passe {agent.password}"]
    if agent.has_second_factor:
        codes = ", ".join(shown_code(code) for code in _codes(hasher, agent)[:SHOWN_CODES])
        lines += [
            f"  {'':<10} code de connexion : clé {spelled(_secret(hasher, agent))}",
            f"  {'':<10} sans application, un code de secours (un seul usage) : {codes}",
        ]
    return lines
