"""After the fourth step: the mail, its link, and the account it opens."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from web.accounts.former import Opened, recognise
from web.accounts.history import EventKind, record_event
from web.accounts.identity import email_digest, nir_digest, seal_identity
from web.accounts.known_devices import Device, know_by_link
from web.core.db import Connection
from web.core.idempotency import claim, find_outcome
from web.core.mail import enqueue_mail
from web.core.rate_limit import Limit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.core.tokens import token_hash
from web.signup import activation_queries as links
from web.signup import queries
from web.signup.activation_queries import ActivationLink, Waiting
from web.signup.queries import Registration
from web.signup.service import (
    ACTIVATION_MAIL,
    DAY,
    HOUR,
    JourneyEndedError,
    identity_of,
    links_asked,
)

# The first mail counts. Counted on the mails themselves, under the lock of their registration: a
# request sent twice counts once.
MAILS_PER_HOUR = Limit("mails per registration and hour", 4, HOUR)
MAILS_PER_DAY = Limit("mails per registration and day", 10, DAY)


class Outcome(enum.Enum):
    """What pressing « Activer mon compte » led to."""

    ACTIVATED = "activated"
    ALREADY_ACTIVATED = "already activated"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


async def find_waiting(runtime: Runtime, browser: bytes) -> Waiting | None:
    """The registration of this browser that waits for its link, with where its mail stands."""
    async with runtime.db.connection() as connection:
        return await links.find_waiting(connection, browser)


async def send_again(
    runtime: Runtime, registration: Registration, address: str, request: tuple[bytes, str]
) -> None:
    """Another mail, with a link of its own; the earlier links keep working.

    `address` is the network's; `request` is the request's digest and its outcome. Raises
    TooManyAttemptsError, JourneyEndedError.
    """
    if registration.identity is None:
        raise JourneyEndedError
    email = identity_of(runtime, registration).email
    async with _counted(runtime, email, address), runtime.db.transaction() as connection:
        if await claim(connection, *request) is not None:
            raise _RepeatedError
        current = await _waiting(connection, registration.id)
        await _check_mails(connection, current.id, MAILS_PER_HOUR, MAILS_PER_DAY)
        await _promise_mail(runtime, connection, current, identity_of(runtime, current).email)


async def correct_address(
    runtime: Runtime,
    registration: Registration,
    email: str,
    address: str,
    request: tuple[bytes, str],
) -> None:
    """Send the link to another address; links sent to the wrong one die at once.

    `address` is the network's; `request` is the request's digest and its outcome. Raises
    TooManyAttemptsError, JourneyEndedError.
    """
    async with _counted(runtime, email, address), runtime.db.transaction() as connection:
        if await claim(connection, *request) is not None:
            raise _RepeatedError
        await _change_address(runtime, connection, registration.id, email)


async def find_link(runtime: Runtime, token: str) -> ActivationLink | None:
    """What a link leads to; looking changes nothing."""
    async with runtime.db.connection() as connection:
        return await links.find_activation_link(connection, token_hash(token))


async def activate(
    runtime: Runtime, token: str, request_digest: bytes, outcome: str, device: Device
) -> Outcome:
    """Open the account, once: the first of simultaneous requests does, the others are told.

    The account knows the browser from then on, by the token `device` is offered.

    Two registrations of one NIR may wait together; the first activated wins.
    """
    async with runtime.db.transaction() as connection:
        link = await links.find_activation_link(connection, token_hash(token))
        if link is None:
            return Outcome.UNKNOWN
        current = await queries.lock_registration(connection, link.registration_id)
        if current is not None and current.status == "activated":
            repeated = await find_outcome(connection, request_digest) is not None
            return Outcome.ACTIVATED if repeated else Outcome.ALREADY_ACTIVATED
        if link.is_used:
            return Outcome.ALREADY_ACTIVATED
        if current is None or current.is_expired or current.password_hash is None:
            return Outcome.EXPIRED
        if not await _open_account(runtime, connection, current, device):
            return Outcome.CONFLICT
        await queries.mark_activated(connection, current.id)
        await links.use_activation_tokens(connection, current.id)
        await claim(connection, request_digest, outcome)
        return Outcome.ACTIVATED


async def purge(connection: Connection) -> None:
    """Forget registrations and links whose time is over."""
    await queries.purge_registrations(connection)
    await connection.execute(
        "DELETE FROM bearer_token WHERE expires_at < now() - make_interval(days => $1)",
        queries.USED_LINK_REMEMBERED_DAYS,
    )


class _RepeatedError(Exception):
    """An earlier copy of the request did it: this one gained nothing."""


@asynccontextmanager
async def _counted(runtime: Runtime, email: str, address: str) -> AsyncIterator[None]:
    """Count a link asked for; given back when none is promised."""
    hits = await runtime.limits.hit_patiently(*links_asked(email, address))
    try:
        yield
    except _RepeatedError:
        await runtime.limits.give_back(hits)
    except (TooManyAttemptsError, JourneyEndedError):
        await runtime.limits.give_back(hits)
        raise


async def _change_address(
    runtime: Runtime, connection: Connection, registration_id: UUID, email: str
) -> None:
    current = await _waiting(connection, registration_id)
    await _check_mails(connection, current.id, MAILS_PER_DAY)
    identity = replace(identity_of(runtime, current), email=email)
    box = seal_identity(runtime.vault, identity, f"registration:{current.id}")
    digest = email_digest(runtime.hasher, email)
    await links.change_address(connection, current.id, box, digest)
    await links.void_activation_tokens(connection, current.id)
    await _promise_mail(runtime, connection, current, email)


async def _waiting(connection: Connection, registration_id: UUID) -> Registration:
    current = await queries.lock_registration(connection, registration_id)
    if current is None or current.status != "submitted" or current.is_expired:
        raise JourneyEndedError
    return current


async def _check_mails(connection: Connection, registration_id: UUID, *limits: Limit) -> None:
    for limit in limits:
        if wait := await links.wait_before_mail(connection, registration_id, limit):
            raise TooManyAttemptsError(limit, wait)


async def _promise_mail(
    runtime: Runtime, connection: Connection, registration: Registration, recipient: str
) -> None:
    await enqueue_mail(
        runtime,
        connection,
        kind=ACTIVATION_MAIL,
        subject_id=registration.id,
        recipient=recipient,
    )


async def _open_account(
    runtime: Runtime, connection: Connection, current: Registration, device: Device
) -> bool:
    identity = identity_of(runtime, current)
    account_id = UUID(bytes=runtime.randomness.bytes(16), version=4)
    subject = nir_digest(runtime.hasher, identity.nir)
    await links.hold_account_of(connection, subject)
    person_id = await links.find_or_add_person(connection, subject)
    is_open = await links.add_account(
        connection,
        account_id=account_id,
        person_id=person_id,
        email_digest=email_digest(runtime.hasher, identity.email),
        identity=seal_identity(runtime.vault, identity, f"account:{account_id}"),
        password_hash=current.password_hash or "",
        terms_version=current.terms_version,
        terms_accepted_at=current.terms_accepted_at,
    )
    if is_open:
        await know_by_link(connection, subject, device, as_opened=True)
        await record_event(connection, person_id, EventKind.ACCOUNT_ACTIVATED, device=device.kind)
        opened = Opened(account_id, person_id, identity)
        await recognise(runtime, connection, opened, device.kind)
    return is_open
