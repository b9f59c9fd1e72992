"""The mails of a registration: its link, or a notice that an account already exists."""

from __future__ import annotations

from uuid import UUID

from web.core.crypto.tokens import new_token, token_hash
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail, enqueue_job, enqueue_mail
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email
from web.people.identity import ACCOUNT_IDENTITY, email_digests, nir_digest
from web.signup.activation import holder_queries
from web.signup.activation import queries as links
from web.signup.steps import queries
from web.signup.steps.service import identity_of

HOLDER_MAIL = notice("already-registered")
HOLDER_JOB = "tell-holder"


async def compose_activation(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail of the fourth step: a link, or a notice that the address has an account.

    A token is created in both cases, so that both mails cost the same work; the notice does not
    contain it. For the same reason a job of its own notifies the holder of an account that the NIR
    has under another address.
    """
    registration = await queries.find_registration(connection, mail.subject_id)
    if registration is None or registration.identity is None or registration.is_expired:
        return None
    identity = identity_of(runtime, registration)
    if identity.email != mail.recipient:
        return None
    await enqueue_job(connection, HOLDER_JOB, registration.id)
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
        known = Letter("already-registered", {"is_by_another_address": False})
        return known if owner.has_this_nir else Letter("address-shared", {})
    url = runtime.url("activation", token=token)
    context = {
        "url": url,
        "expires_at": registration.expires_at,
    }
    return Letter("activation", context)


async def notify_holder(runtime: Runtime, registration_id: UUID) -> None:
    """Notify the holder of an account whose NIR is registered with another address, once a day."""
    async with runtime.db.transaction() as connection:
        registration = await queries.find_registration(connection, registration_id)
        if registration is None or registration.identity is None:
            return
        identity = identity_of(runtime, registration)
        holder = await holder_queries.lock_holder(
            connection, nir_digest(runtime.hasher, identity.nir), HOLDER_MAIL.name
        )
        if holder is None or holder.was_notified:
            return
        existing = ACCOUNT_IDENTITY.open(runtime.vault, holder.identity, id=holder.id)
        if folded_email(existing.email) == folded_email(identity.email):
            return
        await enqueue_mail(
            runtime, connection, kind=HOLDER_MAIL, subject_id=holder.id, recipient=existing.email
        )


async def compose_already_registered(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the notice to an account holder whose NIR is registered again."""
    return Letter("already-registered", {"is_by_another_address": True})
