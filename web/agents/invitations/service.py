"""Commands of an administrator on agents: invitation, withdrawal, removal of a lost factor."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog

from web.agents.invitations import queries
from web.agents.invitations.queries import KnownAgent
from web.agents.kind import AGENT
from web.agents.links import LINKS
from web.agents.records import AGENT_EMAIL, Kind, login_subject
from web.auth.login.attempt_limits import reset_shared_failures
from web.auth.logins import LoginKind, delete_login
from web.auth.reset.links import Purpose
from web.auth.reset.queries import add_link, replace_others
from web.auth.sessions.known_devices import forget_devices
from web.auth.two_factor.service import remove_lost
from web.core.db.connection import Connection
from web.core.runtime import Runtime
from web.people.identity import email_digests

log = structlog.get_logger("professionals")


class UnknownAgentError(Exception):
    """No agent has this address."""


class OtherOrganisationError(Exception):
    """The address already belongs to an agent of another organisation."""

    def __init__(self, organisation_name: str) -> None:
        super().__init__(organisation_name)
        self.organisation_name = organisation_name


@dataclass(frozen=True)
class Invitation:
    """An agent to invite, and their organisation; the values are validated."""

    kind: Kind
    siret: str
    name: str
    email: str


@dataclass(frozen=True)
class Invited:
    """The result; `earlier_name` is '' for an organisation that has just been added."""

    earlier_name: str
    is_new_agent: bool
    purpose: Purpose


async def invite(runtime: Runtime, invitation: Invitation) -> Invited:
    """Add the organisation and agent as needed, and enqueue a link to choose a password.

    Earlier links are voided. Raises OtherOrganisationError, and nothing is changed.
    """
    digests = email_digests(runtime.hasher, invitation.email)
    link_id = runtime.randomness.uuid()
    async with runtime.db.transaction() as connection:
        organisation = await queries.find_or_add_organisation(
            connection, invitation.kind.value, invitation.siret, invitation.name
        )
        agent = await queries.lock_agent(connection, digests)
        is_new = agent is None
        if agent is None:
            agent = await _add(runtime, connection, organisation.id, invitation.email)
        if agent.organisation_id != organisation.id:
            raise OtherOrganisationError(agent.organisation_name)
        purpose = Purpose.RESET if agent.has_password else Purpose.INVITATION
        await add_link(connection, link_id, LoginKind.AGENT, digests[0], purpose=purpose)
        await replace_others(connection, link_id, agent.id)
        await LINKS.send(runtime, connection, link_id, agent.account(runtime.vault), purpose)
    return Invited(organisation.earlier_name, is_new, purpose)


async def withdraw(runtime: Runtime, email: str) -> str:
    """Close the account of an agent who left, at once; return their organisation's name.

    Their actions stay in the histories of the people concerned, under the organisation's name.
    The address may be invited again, by any organisation. Raises UnknownAgentError.
    """
    async with runtime.db.transaction() as connection:
        agent = await queries.lock_agent(connection, email_digests(runtime.hasher, email))
        if agent is None:
            raise UnknownAgentError
        await delete_login(connection, agent.id)
        subject = login_subject(runtime.hasher, email)
        await forget_devices(connection, subject)
        await reset_shared_failures(runtime, connection, subject, *AGENT.tries)
    log.info("professional withdrawn", agent=str(agent.id))
    return agent.organisation_name


async def remove_lost_factor(runtime: Runtime, email: str) -> bool:
    """Remove a lost second factor and end all sessions; notify the agent by mail.

    Returns False when there was no second factor. Raises UnknownAgentError.
    """
    async with runtime.db.transaction() as connection:
        agent = await queries.lock_agent(connection, email_digests(runtime.hasher, email))
        if agent is None:
            raise UnknownAgentError
        return await remove_lost(runtime, connection, AGENT, agent.account(runtime.vault))


async def _add(
    runtime: Runtime, connection: Connection, organisation_id: UUID, email: str
) -> KnownAgent:
    agent_id = runtime.randomness.uuid()
    box = AGENT_EMAIL.seal(runtime.vault, email, id=agent_id)
    digests = email_digests(runtime.hasher, email)
    await queries.add_agent(connection, agent_id, organisation_id, digests[0], box)
    # Read it back: another administrator may have added the same address concurrently.
    agent = await queries.lock_agent(connection, digests)
    assert agent is not None  # noqa: S101 - it is there, ours or theirs
    return agent
