"""« Mot de passe oublié »: a request, a mail, a link to choose another password.

The page does the same for every NIR: it records a request and enqueues a job. The worker looks for
the account, so that the requester cannot observe whether there is one. The link's token is made
when the mail is composed, so that the database only ever has its hash.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import structlog

from web.auth.kinds import PasswordEvent
from web.auth.logins import LoginKind, lock_login
from web.auth.password.service import NewPassword, replace_password
from web.auth.reset.links import LinkError, LinkState
from web.auth.reset.queries import add_link, add_token, assign_link, end_link, forget_request
from web.auth.sessions.known_devices import Device, remember_device
from web.auth.sessions.titulaire import Titulaire
from web.auth.titulaires import PASSWORDS
from web.core.crypto.tokens import looks_like_token, new_token, token_hash
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import awaited
from web.core.mail.outgoing import Letter, Mail, enqueue_job, enqueue_mail
from web.core.rate_limit import HOUR, Limit
from web.core.runtime import Runtime
from web.domain.password_policy import normalise
from web.people.history import Actor, EventKind, TooManyEventsError, record_event
from web.people.identity import ACCOUNT_IDENTITY, Identity, nir_digest
from web.signin import forgotten_queries as queries
from web.signin.forgotten_queries import ResetLink

log = structlog.get_logger("signin")

# Per network, so that nobody elsewhere can exhaust the quota of the owner.
REQUESTS_PER_NIR = Limit("forgotten passwords per NIR and network", 5, HOUR)
# Schools and town halls share one address.
REQUESTS_PER_ADDRESS = Limit("forgotten passwords per address", 100, HOUR)

REQUEST_JOB = "forgotten-password"
RESET_MAIL = awaited("password-reset")


async def ask(runtime: Runtime, nir: str, command: Command) -> None:
    """Record a request for a reset link, in the same way for known and unknown NIRs.

    Raises AlreadyDoneError, TooManyAttemptsError.
    """
    address = command.address
    await runtime.limits.hit_with_retries(
        (REQUESTS_PER_NIR, f"{nir} {address}"), (REQUESTS_PER_ADDRESS, address)
    )
    reset_id = runtime.randomness.uuid()
    async with runtime.db.once(command) as connection:
        digest = nir_digest(runtime.hasher, nir)
        await add_link(connection, reset_id, LoginKind.TITULAIRE, digest, device=command.device)
        await enqueue_job(connection, REQUEST_JOB, reset_id)
    log.info("forgotten password")


async def process_request(runtime: Runtime, reset_id: UUID) -> None:
    """Enqueue the mail (worker job), or delete the request if the NIR has no account."""
    async with runtime.db.transaction() as connection:
        await queries.lock_requester(connection, reset_id)
        reset = await queries.lock_reset_request(connection, reset_id)
        if reset is None:
            return
        if reset.account_id is None or reset.person_id is None or reset.identity is None:
            await forget_request(connection, reset_id)
            return
        identity = ACCOUNT_IDENTITY.open(runtime.vault, reset.identity, id=reset.account_id)
        await assign_link(connection, reset_id, reset.account_id)
        # Past the daily limit of events the request is not recorded; the owner still gets the link.
        with suppress(TooManyEventsError):
            await record_event(
                connection,
                reset.person_id,
                EventKind.PASSWORD_RESET_ASKED,
                device=reset.device,
                actor=Actor.UNKNOWN,
                occurred_at=reset.asked_at,
            )
        await enqueue_mail(
            runtime,
            connection,
            kind=RESET_MAIL,
            subject_id=reset_id,
            recipient=identity.email,
        )


async def compose_reset(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail with the link; None if the request is void or the address has changed."""
    reset = await queries.find_deliverable(connection, mail.subject_id)
    if reset is None or reset.account_id is None or reset.identity is None:
        return None
    identity = ACCOUNT_IDENTITY.open(runtime.vault, reset.identity, id=reset.account_id)
    if identity.email != mail.recipient:
        return None
    token = new_token(runtime.randomness)
    await add_token(connection, token_hash(token), mail.subject_id)
    context = {
        "first_name": identity.first_name,
        "url": runtime.url("reset", token=token),
    }
    return Letter("password-reset", context)


async def find_link(runtime: Runtime, token: str) -> ResetLink | None:
    """Return the reset link of a token; None, without a query, for a malformed token."""
    if not looks_like_token(token):
        return None
    return await queries.find_reset_link(runtime.db, token_hash(token))


def identity_behind(runtime: Runtime, link: ResetLink) -> Identity:
    """Return the identity of the account whose password an open link resets."""
    assert link.login_id and link.identity  # noqa: S101, PT018 - an open link has both
    return ACCOUNT_IDENTITY.open(runtime.vault, link.identity, id=link.login_id)


async def choose(
    runtime: Runtime,
    token: str,
    found: ResetLink,
    password: str,
    device: Device,
    command: Command,
) -> None:
    """Replace the password, once.

    The browser becomes a known one, by the new token of `device`. The password must follow the
    rules already if the link was `found` open. Raises AlreadyDoneError, LinkError,
    HashingOverloadedError.
    """
    is_open = found.state is LinkState.OPEN
    hashed = await runtime.passwords.hash(normalise(password)) if is_open else ""
    async with runtime.db.once(command) as connection:
        link = await _lock_link(connection, token)
        if link is None or not hashed or link.state is not LinkState.OPEN:
            raise LinkError(link.state if link else LinkState.UNKNOWN)
        assert link.login_id and link.person_id  # noqa: S101, PT018 - an open link has both
        titulaire = Titulaire(link.login_id, link.person_id, identity_behind(runtime, link))
        await end_link(connection, link.link_id)
        new = NewPassword(PasswordEvent.RESET, hashed, device.kind, keep_devices=(device.offered,))
        await remember_device(connection, titulaire.subject(runtime.hasher), device)
        await replace_password(runtime, connection, PASSWORDS, titulaire, new)
    log.info("password reset", account=str(link.login_id))


async def _lock_link(connection: Connection, token: str) -> ResetLink | None:
    """Lock the login of a link, and return the link as read under the lock."""
    found = await queries.find_reset_link(connection, token_hash(token))
    if found is None or found.login_id is None:
        return found
    await lock_login(connection, found.login_id)
    return await queries.find_reset_link(connection, token_hash(token))
