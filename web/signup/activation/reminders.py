"""The reminder of an activation link, three days before it expires.

It goes once to the address of a pending registration. Nothing that a stranger sees differs when
that address already has an account: the reminder is enqueued and composed alike, held as obsolete,
and the waiting page shows the state of activation mails only. The NIR plays no part.
"""

from __future__ import annotations

from web.core.crypto.tokens import new_token, token_hash
from web.core.db.connection import Connection
from web.core.mail.kinds import receipt
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.runtime import Runtime
from web.people.identity import email_digests, nir_digest
from web.signup.activation import holder_queries, reminder_queries
from web.signup.activation import queries as links
from web.signup.steps import queries
from web.signup.steps.service import REGISTRATION_IDENTITY, identity_of

REMINDER_DAYS = 12
AT_ONCE = 100
# The subject is a registration; nobody has confirmed its address.
REMINDER_MAIL = receipt("activation-reminder")


async def enqueue_reminders(runtime: Runtime) -> None:
    """Enqueue the reminders that are due, each once."""
    while await _enqueue_some(runtime) == AT_ONCE:
        pass


async def compose_reminder(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the reminder, with a link of its own.

    None once the link is used or has expired, the address was corrected, or it has an account.
    """
    registration = await queries.find_registration(connection, mail.subject_id)
    if registration is None or not registration.waits_for_its_link:
        return None
    identity = identity_of(runtime, registration)
    if identity.email != mail.recipient:
        return None
    owner = await holder_queries.find_address_owner(
        connection,
        email_digests(runtime.hasher, identity.email),
        nir_digest(runtime.hasher, identity.nir),
    )
    token = new_token(runtime.randomness)
    assert registration.expires_at is not None  # noqa: S101 - submitted registrations have one
    await links.add_activation_token(
        connection, token_hash(token), registration.id, registration.expires_at
    )
    if owner is not None:
        return None
    url = runtime.url("activation", token=token)
    return Letter("activation-reminder", {"url": url, "expires_at": registration.expires_at})


async def _enqueue_some(runtime: Runtime) -> int:
    async with runtime.db.transaction() as connection:
        due = await reminder_queries.claim_reminders(connection, REMINDER_DAYS, AT_ONCE)
        for registration in due:
            identity = REGISTRATION_IDENTITY.read(
                runtime.vault, registration.identity, id=registration.id
            )
            if identity is not None:
                await enqueue_mail(
                    runtime,
                    connection,
                    kind=REMINDER_MAIL,
                    subject_id=registration.id,
                    recipient=identity.email,
                )
    return len(due)
