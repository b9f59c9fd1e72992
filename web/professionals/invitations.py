"""Inviting an agent and withdrawing one, by an administrator's commands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog

from web.accounts.identity import email_digests
from web.accounts.known_devices import forget_devices
from web.core.db import Connection
from web.core.runtime import Runtime
from web.professionals import invitation_queries as queries
from web.professionals import link_queries
from web.professionals.agents import Kind, login_subject, open_email, seal_email
from web.professionals.invitation_queries import KnownAgent
from web.professionals.limits import forget_attempts
from web.professionals.link_queries import Purpose
from web.professionals.links import new_id, promise
from web.professionals.protection import UnknownAgentError

log = structlog.get_logger("professionals")


class OtherOrganisationError(Exception):
    """The address is already that of an agent of another organisation."""

    def __init__(self, organisation_name: str) -> None:
        super().__init__(organisation_name)
        self.organisation_name = organisation_name


@dataclass(frozen=True)
class Invitation:
    """Whom to invite, for which organisation; everything is checked already."""

    kind: Kind
    siret: str
    name: str
    email: str


@dataclass(frozen=True)
class Invited:
    """What was done; `earlier_name` is '' for an organisation that was not known."""

    earlier_name: str
    is_new_agent: bool
    purpose: Purpose


async def invite(runtime: Runtime, invitation: Invitation) -> Invited:
    """Add what is not there yet, and promise a link: to a first password, or to another one.

    An earlier link no longer works. Raises OtherOrganisationError, and nothing is changed.
    """
    digests = email_digests(runtime.hasher, invitation.email)
    link_id = new_id(runtime)
    async with runtime.db.transaction() as connection:
        organisation = await queries.find_or_add_organisation(
            connection, invitation.kind.value, invitation.siret, invitation.name
        )
        agent = await queries.hold_agent(connection, digests)
        is_new = agent is None
        if agent is None:
            agent = await _add(runtime, connection, organisation.id, invitation.email)
        if agent.organisation_id != organisation.id:
            raise OtherOrganisationError(agent.organisation_name)
        purpose = Purpose.RESET if agent.has_password else Purpose.INVITATION
        email = open_email(runtime.vault, agent.email, agent.id)
        await link_queries.add_link(connection, link_id, purpose, digests[0])
        await link_queries.replace_others(connection, link_id, agent.id)
        await promise(runtime, connection, link_id, agent.id, email, purpose)
    return Invited(organisation.earlier_name, is_new, purpose)


async def withdraw(runtime: Runtime, email: str) -> str:
    """Close the account of an agent who left, at once; returns their organisation's name.

    What they did stays in the histories of the people concerned, under the organisation's name.
    The address may be invited again, by any organisation. Raises UnknownAgentError.
    """
    async with runtime.db.transaction() as connection:
        agent = await queries.hold_agent(connection, email_digests(runtime.hasher, email))
        if agent is None:
            raise UnknownAgentError
        await queries.delete_agent(connection, agent.id)
        subject = login_subject(runtime.hasher, email)
        await forget_devices(connection, subject)
        await forget_attempts(runtime, connection, subject)
    log.info("professional withdrawn", agent=str(agent.id))
    return agent.organisation_name


async def _add(
    runtime: Runtime, connection: Connection, organisation_id: UUID, email: str
) -> KnownAgent:
    agent_id = new_id(runtime)
    box = seal_email(runtime.vault, email, agent_id)
    digests = email_digests(runtime.hasher, email)
    await queries.add_agent(connection, agent_id, organisation_id, digests[0], box)
    # Another administrator may have added the same address in between.
    agent = await queries.hold_agent(connection, digests)
    assert agent is not None  # noqa: S101 - it is there, ours or theirs
    return agent
