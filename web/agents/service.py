"""Login of agents."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from uuid import UUID

from web.agents import queries
from web.agents.limits import PASSWORD_TRIES
from web.agents.mails import NEW_DEVICE_MAIL
from web.agents.queries import AgentCredentials, EventKind
from web.agents.records import AGENT_EMAIL, Kind, login_subject
from web.auth.login.attempt_limits import AttemptKey, reset_failures
from web.auth.login.service import NextStep, Opened, PasswordLogin
from web.auth.logins import LoginKind
from web.auth.password.credentials import Attempt
from web.auth.sessions.known_devices import Device, record_device_login
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.people.emails import InvalidEmailError, parse_email
from web.people.identity import email_digests

LONGEST_EMAIL = 254


async def log_in(
    runtime: Runtime, email: str, password: str, attempt: Attempt
) -> Opened[AgentCredentials]:
    """Check the password of an address and open a session; see PasswordLogin.log_in."""
    typed = email_or_anything(email)
    digests = email_digests(runtime.hasher, typed)

    async def find(connection: Connection, shown: Sequence[bytes]) -> AgentCredentials:
        return await queries.find_credentials(connection, digests, shown)

    return await LOGIN.log_in(
        runtime, login_subject(runtime.hasher, typed), find, password, attempt
    )


async def complete_login(
    runtime: Runtime,
    connection: Connection,
    agent_id: UUID,
    email: str,
    device: Device,
    attempt_key: AttemptKey,
) -> bytes:
    """Record a complete login: reset the failures, notify the agent of an unknown browser.

    Returns the digest of the device token that identifies the browser from now on.
    """
    known_by = attempt_key.device or device.offered
    await reset_failures(runtime, connection, PASSWORD_TRIES, attempt_key)
    event_id = await queries.record_event(connection, agent_id, EventKind.LOGIN, device.kind)
    if await record_device_login(connection, attempt_key.subject, known_by, device.kind):
        await enqueue_mail(
            runtime, connection, kind=NEW_DEVICE_MAIL, subject_id=event_id, recipient=email
        )
    return known_by


def email_or_anything(text: str) -> str:
    """Return the normalised address, or other text as it is: that has no account."""
    try:
        return parse_email(text)
    except InvalidEmailError:
        return unicodedata.normalize("NFKC", text)[:LONGEST_EMAIL]


async def _complete(
    runtime: Runtime,
    connection: Connection,
    found: AgentCredentials,
    device: Device,
    attempt_key: AttemptKey,
) -> None:
    assert found.login_id and found.email  # noqa: S101, PT018 - an account has both
    email = AGENT_EMAIL.open(runtime.vault, found.email, id=found.login_id)
    await complete_login(runtime, connection, found.login_id, email, device, attempt_key)


async def _note_refused(connection: Connection, subject: bytes, device: str) -> None:
    """Record nothing: an agent's events are those of an account that exists."""


def _next_step(found: AgentCredentials) -> NextStep:
    if found.has_second_factor:
        return NextStep.CODE
    return NextStep.SECOND_FACTOR if found.kind == Kind.ORGANISME else NextStep.NOTHING


LOGIN = PasswordLogin(LoginKind.AGENT, PASSWORD_TRIES, _next_step, _note_refused, _complete)
