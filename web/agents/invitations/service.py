"""Commands of an administrator on agents: invitation, withdrawal, role, removal of a lost factor.

The functions at the end are also those of access managers (web.agents.access).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog

from web.agents.access import queries as access_queries
from web.agents.access.mails import ROLE_MAIL, WITHDRAWN_MAIL
from web.agents.access.records import AccessEvent
from web.agents.invitations import queries
from web.agents.invitations.queries import KnownAgent
from web.agents.kind import AGENT
from web.agents.links import LINKS
from web.agents.records import AGENT_EMAIL, AgentAccount, Kind
from web.auth.login.attempt_limits import reset_shared_failures
from web.auth.logins import LoginKind, delete_login, is_blocked
from web.auth.reset.links import Purpose
from web.auth.reset.queries import add_link, replace_others
from web.auth.sessions.known_devices import forget_devices
from web.auth.two_factor.service import remove_lost
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.domain.situation import OrganismeCategory
from web.people.identity import email_digests

log = structlog.get_logger("professionals")


class UnknownAgentError(Exception):
    """No agent has this address."""


class BlockedAgentError(Exception):
    """The service has blocked the account of this agent."""


class OtherOrganisationError(Exception):
    """The address already belongs to an agent of another organisation."""

    def __init__(self, organisation_name: str) -> None:
        super().__init__(organisation_name)
        self.organisation_name = organisation_name


@dataclass(frozen=True)
class Invitation:
    """An agent to invite, and their organisation; the values are validated.

    `category` is that of an organisme, None to keep the one that it has.
    """

    kind: Kind
    siret: str
    name: str
    email: str
    is_manager: bool = False
    category: OrganismeCategory | None = None


@dataclass(frozen=True)
class Invited:
    """The result; `earlier_name` is '' for an organisation that has just been added."""

    earlier_name: str
    is_new_agent: bool
    purpose: Purpose


async def invite(runtime: Runtime, invitation: Invitation) -> Invited:
    """Add the organisation and agent as needed, and enqueue a link to choose a password.

    Earlier links are voided. Raises OtherOrganisationError or BlockedAgentError, and nothing is
    changed.
    """
    async with runtime.db.transaction() as connection:
        organisation = await queries.find_or_add_organisation(
            connection,
            invitation.kind.value,
            invitation.siret,
            invitation.name,
            invitation.category.value if invitation.category else None,
        )
        agent, is_new = await find_or_add(runtime, connection, organisation.id, invitation.email)
        if agent.organisation_id != organisation.id:
            raise OtherOrganisationError(agent.organisation_name)
        if await is_blocked(connection, agent.id):
            raise BlockedAgentError
        purpose = await send_link(runtime, connection, agent)
        if invitation.is_manager:
            await change_role(runtime, connection, agent, is_manager=True)
    return Invited(organisation.earlier_name, is_new, purpose)


async def withdraw(runtime: Runtime, email: str) -> str:
    """Close the account of an agent who left, at once; return their organisation's name.

    Their actions stay in the histories of the people concerned, under the organisation's name.
    The address may be invited again, by any organisation. Raises UnknownAgentError, or
    BlockedAgentError: the invitation would lift the block.
    """
    async with runtime.db.transaction() as connection:
        agent = await queries.lock_agent(connection, email_digests(runtime.hasher, email))
        if agent is None:
            raise UnknownAgentError
        if await is_blocked(connection, agent.id):
            raise BlockedAgentError
        await close_access(runtime, connection, agent)
    return agent.organisation_name


async def set_access_manager(runtime: Runtime, email: str, *, is_manager: bool) -> str:
    """Make an agent an access manager or no longer; return their organisation's name.

    A blocked agent can lose the role, and cannot get it. Raises UnknownAgentError,
    BlockedAgentError.
    """
    digests = email_digests(runtime.hasher, email)
    async with runtime.db.transaction() as connection:
        agent = await queries.lock_agent(connection, digests)
        if agent is None:
            raise UnknownAgentError
        if is_manager and await is_blocked(connection, agent.id):
            raise BlockedAgentError
        await change_role(runtime, connection, agent, is_manager=is_manager)
    return agent.organisation_name


async def end_agent(runtime: Runtime, connection: Connection, agent: AgentAccount) -> None:
    """Delete a locked account and all that ends with it, in the caller's transaction."""
    subject = agent.subject(runtime.hasher)
    await delete_login(connection, agent.id)
    await forget_devices(connection, subject)
    await reset_shared_failures(runtime, connection, subject, *AGENT.tries)
    log.info("professional withdrawn", agent=str(agent.id))


async def remove_lost_factor(runtime: Runtime, email: str) -> bool:
    """Remove a lost second factor and end all sessions; notify the agent by mail.

    Returns False when there was no second factor. Raises UnknownAgentError.
    """
    async with runtime.db.transaction() as connection:
        agent = await queries.lock_agent(connection, email_digests(runtime.hasher, email))
        if agent is None:
            raise UnknownAgentError
        return await remove_lost(runtime, connection, AGENT, agent.account(runtime.vault))


async def find_or_add(
    runtime: Runtime, connection: Connection, organisation_id: UUID, email: str
) -> tuple[KnownAgent, bool]:
    """Lock the agent of an address, added to the organisation if there is none.

    Return the agent, perhaps of another organisation, and whether they were added.
    """
    digests = email_digests(runtime.hasher, email)
    agent = await queries.lock_agent(connection, digests)
    if agent is not None:
        return agent, False
    agent_id = runtime.randomness.uuid()
    box = AGENT_EMAIL.seal(runtime.vault, email, id=agent_id)
    await queries.add_agent(connection, agent_id, organisation_id, digests[0], box)
    # Read it back: the same address may have been added concurrently.
    agent = await queries.lock_agent(connection, digests)
    assert agent is not None  # noqa: S101 - it is there, ours or theirs
    return agent, agent.id == agent_id


async def send_link(
    runtime: Runtime,
    connection: Connection,
    agent: KnownAgent,
    device: str = "",
    by: UUID | None = None,
) -> Purpose:
    """Enqueue a link to choose a password, void the earlier ones, and record an invitation.

    `by` is the access manager who invites, None for the service. Returns the link's purpose.
    """
    link_id, account = runtime.randomness.uuid(), agent.account(runtime.vault)
    digest = account.subject(runtime.hasher)
    purpose = Purpose.RESET if agent.has_password else Purpose.INVITATION
    if purpose is Purpose.INVITATION:
        await access_queries.note_invitation(connection, agent.id)
        await access_queries.add_event(connection, agent.id, AccessEvent.INVITED, device, by)
    await access_queries.forget_waiting(connection, agent.organisation_id, digest)
    await add_link(connection, link_id, LoginKind.AGENT, digest, purpose=purpose)
    await replace_others(connection, link_id, agent.id)
    await LINKS.send(runtime, connection, link_id, account, purpose)
    return purpose


async def close_access(runtime: Runtime, connection: Connection, agent: KnownAgent) -> None:
    """Close the account of a locked agent, and inform them by mail."""
    account = agent.account(runtime.vault)
    await end_agent(runtime, connection, account)
    await enqueue_mail(
        runtime,
        connection,
        kind=WITHDRAWN_MAIL,
        subject_id=agent.organisation_id,
        recipient=account.email,
    )


async def change_role(
    runtime: Runtime,
    connection: Connection,
    agent: KnownAgent,
    device: str = "",
    by: UUID | None = None,
    *,
    is_manager: bool,
) -> bool:
    """Make a locked agent an access manager or no longer, and inform them by mail.

    Returns False, having done nothing, if they were so already.
    """
    if not await access_queries.set_manager(connection, agent.id, is_manager=is_manager):
        return False
    event = AccessEvent.MANAGER_GIVEN if is_manager else AccessEvent.MANAGER_REMOVED
    event_id = await access_queries.add_event(connection, agent.id, event, device, by)
    recipient = agent.account(runtime.vault).email
    await enqueue_mail(
        runtime, connection, kind=ROLE_MAIL, subject_id=event_id, recipient=recipient
    )
    log.info("access manager changed", agent=str(agent.id), manager=is_manager)
    return True
