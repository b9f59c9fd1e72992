"""After the fourth step: the activation mail, its link, and the account it opens."""

from __future__ import annotations

import enum
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from uuid import UUID

from web.auth.sessions.known_devices import Device, remember_device
from web.core.crypto.tokens import token_hash
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.rate_limit import DAY, HOUR, Limit, TooManyAttemptsError
from web.core.runtime import Runtime
from web.people.former.records import OpenAccount
from web.people.former.service import restore_if_proved
from web.people.history.events import EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, email_digest, nir_digest
from web.signup.activation import queries as links
from web.signup.steps import queries
from web.signup.steps.queries import Registration
from web.signup.steps.service import (
    ACTIVATION_MAIL,
    REGISTRATION_IDENTITY,
    JourneyEndedError,
    identity_of,
    links_asked,
)

# The first mail counts. Counted from the mail rows, with the registration locked: a request sent
# twice counts once.
MAILS_PER_HOUR = Limit("mails per registration and hour", 4, HOUR)
MAILS_PER_DAY = Limit("mails per registration and day", 10, DAY)


class Problem(enum.Enum):
    """Why « Activer mon compte » cannot open the account."""

    ALREADY_ACTIVATED = "already activated"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"


class LinkError(Exception):
    """The link does not open an account."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


async def send_again(runtime: Runtime, registration: Registration, command: Command) -> None:
    """Enqueue another mail, with a link of its own; earlier links keep working.

    Raises AlreadyDoneError, TooManyAttemptsError, JourneyEndedError.
    """
    if registration.identity is None:
        raise JourneyEndedError
    email = identity_of(runtime, registration).email
    async with _counted(runtime, email, command.address), runtime.db.once(command) as connection:
        current = await _lock_pending(connection, registration.id)
        await _check_mails(connection, current.id, MAILS_PER_HOUR, MAILS_PER_DAY)
        await _enqueue_mail(runtime, connection, current, identity_of(runtime, current).email)


async def correct_address(
    runtime: Runtime, registration: Registration, email: str, command: Command
) -> None:
    """Send the link to another e-mail address, and void the links sent to the wrong one.

    Raises AlreadyDoneError, TooManyAttemptsError, JourneyEndedError.
    """
    async with _counted(runtime, email, command.address), runtime.db.once(command) as connection:
        await _change_address(runtime, connection, registration.id, email)


async def activate(runtime: Runtime, token: str, device: Device, command: Command) -> None:
    """Open the account, once; of several pending registrations of one NIR, the first wins.

    The browser becomes a known one, by the new token of `device`. Raises AlreadyDoneError,
    LinkError.
    """
    async with runtime.db.once(command) as connection:
        link = await links.find_activation_link(connection, token_hash(token))
        if link is None:
            raise LinkError(Problem.UNKNOWN)
        current = await queries.lock_registration(connection, link.registration_id)
        is_activated = current is not None and current.status == "activated"
        if is_activated or link.is_used:
            raise LinkError(Problem.ALREADY_ACTIVATED)
        if current is None or current.is_expired or current.password_hash is None:
            raise LinkError(Problem.EXPIRED)
        if not await _open_account(runtime, connection, current, device):
            raise LinkError(Problem.CONFLICT)
        await queries.mark_activated(connection, current.id)
        await links.use_activation_tokens(connection, current.id)


async def purge(connection: Connection) -> None:
    """Delete expired registrations and links."""
    await queries.purge_registrations(connection)
    await links.purge_links(connection, queries.USED_LINK_REMEMBERED_DAYS)


def _counted(runtime: Runtime, email: str, address: str) -> AbstractAsyncContextManager[object]:
    """Count a requested link, unless no mail is enqueued."""
    unless = (TooManyAttemptsError, JourneyEndedError)
    return runtime.limits.counted(*links_asked(email, address), unless=unless)


async def _change_address(
    runtime: Runtime, connection: Connection, registration_id: UUID, email: str
) -> None:
    current = await _lock_pending(connection, registration_id)
    await _check_mails(connection, current.id, MAILS_PER_DAY)
    identity = replace(identity_of(runtime, current), email=email)
    box = REGISTRATION_IDENTITY.seal(runtime.vault, identity, id=current.id)
    digest = email_digest(runtime.hasher, email)
    await links.change_address(connection, current.id, box, digest)
    await links.void_activation_tokens(connection, current.id)
    await _enqueue_mail(runtime, connection, current, email)


async def _lock_pending(connection: Connection, registration_id: UUID) -> Registration:
    current = await queries.lock_registration(connection, registration_id)
    if current is None or current.status != "submitted" or current.is_expired:
        raise JourneyEndedError
    return current


async def _check_mails(connection: Connection, registration_id: UUID, *limits: Limit) -> None:
    for limit in limits:
        if wait := await links.wait_before_mail(connection, registration_id, limit):
            raise TooManyAttemptsError(limit, wait)


async def _enqueue_mail(
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
    account_id = runtime.randomness.uuid()
    subject = nir_digest(runtime.hasher, identity.nir)
    await links.lock_account_by_nir(connection, subject)
    person_id = await links.find_or_add_person(connection, subject)
    is_open = await links.add_account(
        connection,
        account_id=account_id,
        person_id=person_id,
        email_digest=email_digest(runtime.hasher, identity.email),
        identity=ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account_id),
        password_hash=current.password_hash or "",
        terms_version=current.terms_version,
        terms_accepted_at=current.terms_accepted_at,
    )
    if is_open:
        await remember_device(connection, subject, device, as_logged_in=True)
        await record_event(connection, person_id, EventKind.ACCOUNT_ACTIVATED, device=device.kind)
        opened = OpenAccount(account_id, person_id, identity)
        await restore_if_proved(runtime, connection, opened, device.kind)
    return is_open
