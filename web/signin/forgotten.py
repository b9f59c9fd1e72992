"""« Mot de passe oublié »: a request, a mail, a link to choose another one.

The page does the same for every NIR: it notes a request and a job. Whether someone is behind the
NIR is found by the worker, out of sight of who asked. The link's token is made when the mail is
composed, so that the database only ever has its hash.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import structlog

from web.accounts.credentials import PasswordChange, replace_password
from web.accounts.history import Actor, EventKind, TooManyActsError, record_event
from web.accounts.identity import Identity, nir_digest, open_identity
from web.accounts.known_devices import Device, know_by_link
from web.accounts.links import LinkState
from web.core.db import Connection
from web.core.idempotency import claim, find_outcome
from web.core.mail import Letter, Mail, enqueue_job, enqueue_mail
from web.core.mail_kinds import awaited
from web.core.rate_limit import Limit
from web.core.runtime import Runtime
from web.core.tokens import looks_like_token, new_token, token_hash
from web.domain.password_policy import normalise
from web.signin import forgotten_queries as queries
from web.signin.forgotten_queries import ResetLink

log = structlog.get_logger("signin")

HOUR = 3600
# From one network: nobody elsewhere uses up what the owner may ask for.
REQUESTS_PER_NIR = Limit("forgotten passwords per NIR and network", 5, HOUR)
# Schools and town halls share one address.
REQUESTS_PER_ADDRESS = Limit("forgotten passwords per address", 100, HOUR)

REQUEST_JOB = "forgotten-password"
RESET_MAIL = awaited(queries.RESET)


async def ask(
    runtime: Runtime, nir: str, address: str, device: str, request_digest: bytes, outcome: str
) -> None:
    """Note that a link is asked for; the same for a NIR we know and one we do not.

    Raises TooManyAttemptsError.
    """
    hits = await runtime.limits.hit_patiently(
        (REQUESTS_PER_NIR, f"{nir} {address}"), (REQUESTS_PER_ADDRESS, address)
    )
    reset_id = UUID(bytes=runtime.randomness.bytes(16), version=4)
    async with runtime.db.transaction() as connection:
        is_repeated = await claim(connection, request_digest, outcome) is not None
        if not is_repeated:
            digest = nir_digest(runtime.hasher, nir)
            await queries.add_request(connection, reset_id, digest, device)
            await enqueue_job(connection, REQUEST_JOB, reset_id)
    if is_repeated:
        await runtime.limits.give_back(hits)
        return
    log.info("forgotten password")


async def settle_request(runtime: Runtime, reset_id: UUID) -> None:
    """The worker's part: promise the mail, or forget the request when no account is behind it."""
    async with runtime.db.transaction() as connection:
        await queries.hold_asker(connection, reset_id)
        asker = await queries.find_asker(connection, reset_id)
        if asker is None:
            return
        if asker.account_id is None or asker.person_id is None or asker.identity is None:
            await queries.forget_request(connection, reset_id)
            return
        identity = open_identity(runtime.vault, asker.identity, f"account:{asker.account_id}")
        await queries.give_request(connection, reset_id, asker.account_id)
        # Whoever asks without end is told often enough; the owner gets the link all the same.
        with suppress(TooManyActsError):
            await record_event(
                connection,
                asker.person_id,
                EventKind.PASSWORD_RESET_ASKED,
                device=asker.device,
                actor=Actor.UNKNOWN,
                occurred_at=asker.asked_at,
            )
        await enqueue_mail(
            runtime,
            connection,
            kind=RESET_MAIL,
            subject_id=reset_id,
            recipient=identity.email,
        )


async def compose_reset(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """The link; None when the request is over or the account's address is another by now."""
    asker = await queries.find_sendable(connection, mail.subject_id)
    if asker is None or asker.identity is None:
        return None
    identity = open_identity(runtime.vault, asker.identity, f"account:{asker.account_id}")
    if identity.email != mail.recipient:
        return None
    token = new_token(runtime.randomness)
    await queries.add_reset_token(connection, token_hash(token), mail.subject_id)
    words = {
        "first_name": identity.first_name,
        "url": f"{runtime.settings.public_url}/mot-de-passe/{token}",
    }
    return Letter("password-reset", words)


async def find_link(runtime: Runtime, token: str) -> ResetLink | None:
    """What a link leads to, in one statement; none for what has not even a token's shape."""
    if not looks_like_token(token):
        return None
    async with runtime.db.connection() as connection:
        return await queries.find_reset_link(connection, token_hash(token))


def identity_behind(runtime: Runtime, link: ResetLink) -> Identity:
    """Whose password an open link replaces."""
    return open_identity(runtime.vault, link.identity or b"", f"account:{link.account_id}")


async def choose(
    runtime: Runtime,
    token: str,
    found: ResetLink,
    password: str,
    device: Device,
    request_digest: bytes,
    outcome: str,
) -> LinkState:
    """Replace the password, once; returns OPEN when it was done, else why it was not.

    The account knows the browser from then on, by the token `device` is offered.

    The password follows the rules already, if the link was `found` open. Raises
    HashingOverloadedError.
    """
    is_open = found.state is LinkState.OPEN
    hashed = await runtime.passwords.hash(normalise(password)) if is_open else ""
    async with runtime.db.transaction() as connection:
        link = await _locked_link(connection, token)
        if link is None:
            return LinkState.UNKNOWN
        if not hashed or link.state is not LinkState.OPEN:
            repeated = await find_outcome(connection, request_digest) is not None
            return LinkState.OPEN if repeated else link.state
        assert link.account_id and link.person_id  # noqa: S101, PT018 - an open link has both
        await claim(connection, request_digest, outcome)
        identity = identity_behind(runtime, link)
        await queries.use_request(connection, link.reset_id)
        change = PasswordChange(
            link.account_id,
            link.person_id,
            identity,
            hashed,
            EventKind.PASSWORD_RESET,
            device.kind,
            # The link was enough: no password was said.
            actor=Actor.UNKNOWN,
            keep_devices=(device.offered,),
        )
        await know_by_link(connection, nir_digest(runtime.hasher, identity.nir), device)
        await replace_password(runtime, connection, change)
    log.info("password reset", account=str(link.account_id))
    return LinkState.OPEN


async def _locked_link(connection: Connection, token: str) -> ResetLink | None:
    """The link, once nobody else changes this account's password: read again under the lock."""
    found = await queries.find_reset_link(connection, token_hash(token))
    if found is None or found.account_id is None:
        return found
    await queries.lock_account(connection, found.account_id)
    return await queries.find_reset_link(connection, token_hash(token))
