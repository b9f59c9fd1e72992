"""E-mailed links to choose a password: invitations and password resets of agents.

A reset request does the same for every address: it records a request and a job, and the worker
looks for the account. The token is generated when the mail is composed; the database only ever
stores its hash.
"""

from __future__ import annotations

from uuid import UUID

import structlog

from web.auth.kinds import PasswordEvent
from web.auth.logins import LoginKind, lock_login
from web.auth.password.service import NewPassword, replace_password
from web.auth.reset.links import LinkError, LinkState, Purpose
from web.auth.reset.queries import (
    add_link,
    add_token,
    assign_link,
    end_link,
    forget_request,
    lock_request,
)
from web.auth.sessions.known_devices import Device, remember_device
from web.core.crypto.tokens import looks_like_token, new_token, token_hash
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import awaited
from web.core.mail.outgoing import Letter, Mail, enqueue_job, enqueue_mail
from web.core.rate_limit import HOUR, Limit
from web.core.runtime import Runtime
from web.domain.email_addresses import mailbox_of
from web.domain.password_policy import normalise
from web.people.identity import email_digest
from web.professionals import invitation_queries, link_queries
from web.professionals.agents import AGENT_EMAIL, AgentAccount
from web.professionals.link_queries import Link
from web.professionals.passwords import PASSWORDS

log = structlog.get_logger("professionals")

# Per network, so that nobody elsewhere can use up an agent's requests.
REQUESTS_PER_EMAIL = Limit("forgotten passwords per professional and network", 5, HOUR)
REQUESTS_PER_ADDRESS = Limit("forgotten professional passwords per address", 100, HOUR)
REQUEST_JOB = "professional-forgotten-password"
INVITATION_MAIL = awaited("professional-invitation")
RESET_MAIL = awaited("professional-reset")
MAILS = {Purpose.INVITATION: INVITATION_MAIL, Purpose.RESET: RESET_MAIL}


async def ask(runtime: Runtime, email: str, command: Command) -> None:
    """Record a reset request, in the same way for known and unknown addresses.

    Raises AlreadyDoneError, TooManyAttemptsError.
    """
    address = command.address
    await runtime.limits.hit(
        (REQUESTS_PER_EMAIL, f"{mailbox_of(email)} {address}"), (REQUESTS_PER_ADDRESS, address)
    )
    link_id = runtime.randomness.uuid()
    async with runtime.db.once(command) as connection:
        digest = email_digest(runtime.hasher, email)
        await add_link(connection, link_id, LoginKind.AGENT, digest)
        await enqueue_job(connection, REQUEST_JOB, link_id)
    log.info("professional forgotten password")


async def process_request(runtime: Runtime, link_id: UUID) -> None:
    """Enqueue the mail of a request, or delete the request without account; run by the worker."""
    async with runtime.db.transaction() as connection:
        await link_queries.lock_requester(connection, link_id)
        digest = await lock_request(connection, link_id)
        if digest is None:
            return
        agent = await invitation_queries.lock_agent(connection, (digest,))
        if agent is None:
            await forget_request(connection, link_id)
            return
        email = AGENT_EMAIL.open(runtime.vault, agent.email, id=agent.id)
        await enqueue_link(runtime, connection, link_id, agent.id, email, Purpose.RESET)


async def enqueue_link(
    runtime: Runtime,
    connection: Connection,
    link_id: UUID,
    agent_id: UUID,
    email: str,
    purpose: Purpose,
) -> None:
    """Assign the link to the agent, already locked, and enqueue its mail."""
    await assign_link(connection, link_id, agent_id)
    await enqueue_mail(
        runtime, connection, kind=MAILS[purpose], subject_id=link_id, recipient=email
    )


async def compose_link(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail of an invitation or a reset; None once the link is void."""
    found = await link_queries.find_deliverable(connection, mail.subject_id)
    if found is None:
        return None
    token = new_token(runtime.randomness)
    await add_token(connection, token_hash(token), mail.subject_id, found.purpose)
    words = {
        "organisation": found.organisation_name,
        "email": mail.recipient,
        "url": runtime.url("agent-link", token=token),
    }
    return Letter(mail.kind, words)


async def find_link(runtime: Runtime, token: str) -> Link | None:
    """Find a link in one statement; None for a text without the shape of a token."""
    if not looks_like_token(token):
        return None
    return await link_queries.find_link(runtime.db, token_hash(token))


def owner_behind(runtime: Runtime, link: Link) -> AgentAccount:
    """Return the agent whose password an open link can replace."""
    assert link.login_id and link.email  # noqa: S101, PT018 - an open link has both
    email = AGENT_EMAIL.open(runtime.vault, link.email, id=link.login_id)
    return AgentAccount(link.login_id, email, link.organisation_name or "")


async def choose(
    runtime: Runtime,
    token: str,
    found: Link,
    password: str,
    device: Device,
    command: Command,
) -> None:
    """Set the password, once.

    The browser becomes a known one of the account, by the token `device` is offered. If the link
    was `found` open, the caller has validated the password. Raises AlreadyDoneError, LinkError,
    HashingOverloadedError.
    """
    is_open = found.state is LinkState.OPEN
    hashed = await runtime.passwords.hash(normalise(password)) if is_open else ""
    async with runtime.db.once(command) as connection:
        link = await _lock_link(connection, token)
        if link is None or not hashed or link.state is not LinkState.OPEN:
            raise LinkError(link.state if link else LinkState.UNKNOWN)
        assert link.login_id  # noqa: S101 - an open link has one
        await end_link(connection, link.link_id)
        invited = link.purpose is Purpose.INVITATION
        agent = owner_behind(runtime, link)
        event = PasswordEvent.CHOSEN if invited else PasswordEvent.RESET
        new = NewPassword(event, hashed, device.kind, keep_devices=(device.offered,))
        await remember_device(connection, agent.subject(runtime.hasher), device, as_opened=invited)
        await replace_password(runtime, connection, PASSWORDS, agent, new)
    log.info("professional password chosen", agent=str(link.login_id))


async def _lock_link(connection: Connection, token: str) -> Link | None:
    """Lock the link's login, and return the link as read again under that lock."""
    found = await link_queries.find_link(connection, token_hash(token))
    if found is None or found.login_id is None:
        return found
    await lock_login(connection, found.login_id)
    return await link_queries.find_link(connection, token_hash(token))
