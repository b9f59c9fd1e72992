"""The password of an agent: compared, replaced, and what ends with the one before."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.accounts.credentials import (
    CONFIRMATIONS_PER_ACCOUNT,
    WrongPasswordError,
    password_fits,
)
from web.accounts.identity import email_digests
from web.core.db import Connection
from web.core.idempotency import find_outcome
from web.core.mail import enqueue_mail
from web.core.runtime import Runtime
from web.professionals import queries
from web.professionals.agents import Agent
from web.professionals.limits import forget_attempts
from web.professionals.link_queries import void_links
from web.professionals.mails import PASSWORD_CHANGED_MAIL
from web.professionals.queries import EventKind
from web.professionals.sessions import end_sessions


@dataclass(frozen=True)
class NewPassword:
    """A password (hashed), how it was chosen and where; `keep` is the session that goes on."""

    agent_id: UUID
    email: str
    password_hash: str
    kind: EventKind
    device: str
    keep: bytes | None = None


async def confirm_password(
    runtime: Runtime, agent: Agent, password: str, request_digest: bytes
) -> None:
    """Compare with the current password, before something that a session alone must not do.

    A wrong one counts among the account's failures, unless an earlier copy of the same request,
    carried out meanwhile, is what changed it: the caller finds that copy by its own claim. Raises
    WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """
    hits = await runtime.limits.hit((CONFIRMATIONS_PER_ACCOUNT, str(agent.id)))
    digests = email_digests(runtime.hasher, agent.email)
    async with runtime.db.connection() as connection:
        found = await queries.find_credentials(connection, digests)
    if not await password_fits(runtime, found.usable_hash, password):
        async with runtime.db.transaction() as connection:
            is_repeated = await find_outcome(connection, request_digest) is not None
            if not is_repeated:
                await queries.count_failure(connection, digests[0])
        if not is_repeated:
            raise WrongPasswordError
    await runtime.limits.give_back(hits)


async def replace_password(runtime: Runtime, connection: Connection, change: NewPassword) -> None:
    """Put the password, and end what the one before opened; to be called in a transaction.

    The account is written first: a login that compared with the old password waits, then finds it
    gone. A first password is told to nobody: who chose it knows.
    """
    await queries.set_password(connection, change.agent_id, change.password_hash)
    await end_sessions(connection, change.agent_id, change.keep)
    await void_links(connection, change.agent_id)
    await queries.forget_failures(connection, change.agent_id)
    await forget_attempts(runtime, connection, change.agent_id, change.email)
    event = await queries.record_event(connection, change.agent_id, change.kind, change.device)
    if change.kind is not EventKind.PASSWORD_CHOSEN:
        await enqueue_mail(
            runtime,
            connection,
            kind=PASSWORD_CHANGED_MAIL,
            subject_id=event.event_id,
            recipient=change.email,
        )
