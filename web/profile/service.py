"""What a person changes by themselves, and the end of their account."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.accounts.credentials import PASSWORD_TRIES, confirm_password
from web.accounts.delegations import revoke_all
from web.accounts.former import MAILBOX_MONTHS, Opened, keep_former
from web.accounts.history import Actor, EventKind, record_event
from web.accounts.identity import Identity, nir_digest, open_identity, seal_identity
from web.accounts.known_devices import forget_devices
from web.accounts.sessions import SignedIn
from web.accounts.tries import forget_all_tries
from web.core.db import Connection
from web.core.idempotency import claim, find_outcome
from web.core.mail import Letter, Mail, enqueue_mail
from web.core.mail_kinds import notice
from web.core.runtime import Runtime
from web.profile import queries

log = structlog.get_logger("profile")

ACCOUNT_CLOSED_MAIL = notice("account-closed")
# What the history says of a change: which information, never what it holds.
NAMES = {
    "first_name": "prénom",
    "usual_name": "nom d’usage",
    "landline": "téléphone fixe",
    "mobile": "téléphone portable",
    "address": "adresse postale",
}


class AccountGoneError(Exception):
    """The account was closed in the meantime."""


async def hold_account(runtime: Runtime, connection: Connection, account_id: UUID) -> Opened:
    """The account as it is now; others who would write it wait. Raises AccountGoneError."""
    row = await queries.lock_account(connection, account_id)
    if row is None:
        raise AccountGoneError
    identity = open_identity(runtime.vault, row.identity, f"account:{row.id}")
    return Opened(row.id, row.person_id, identity)


async def save_profile(
    runtime: Runtime, account_id: UUID, wanted: Identity, device: str
) -> Identity:
    """Keep the names, phones and address of `wanted`, and nothing else of it.

    Saving what is there already changes nothing. Raises AccountGoneError.
    """
    async with runtime.db.transaction() as connection:
        held = await hold_account(runtime, connection, account_id)
        changes = {
            name: getattr(wanted, name)
            for name in NAMES
            if getattr(wanted, name) != getattr(held.identity, name)
        }
        if not changes:
            return held.identity
        identity = Identity(**{**vars(held.identity), **changes})
        box = seal_identity(runtime.vault, identity, f"account:{account_id}")
        await queries.save_identity(connection, account_id, box)
        await record_event(
            connection,
            held.person_id,
            EventKind.PROFILE_CHANGED,
            device=device,
            detail=", ".join(NAMES[name] for name in changes),
        )
    log.info("profile saved", account=str(account_id))
    return identity


async def close_account(
    runtime: Runtime,
    signed_in: SignedIn,
    password: str,
    device: str,
    request_digest: bytes,
    outcome: str,
) -> None:
    """Delete the account; all its sessions and délégations end, and a mail says so.

    What belongs to the person stays under the keyed hash of their NIR: hours (the law opens
    everyone's account of hours, registration only gives access to it), dossiers, délégations that
    are over, and the history, which nobody may alter and which holds no personal data. Registering
    again finds the hours, and the rest once it is proved that it is the same person's:
    web.accounts.former.
    Raises WrongPasswordError, TooManyAttemptsError, HashingOverloadedError.
    """
    await confirm_password(runtime, signed_in, password, device, request_digest)
    async with runtime.db.transaction() as connection:
        try:
            held = await hold_account(runtime, connection, signed_in.account_id)
        except AccountGoneError:
            return
        await claim(connection, request_digest, outcome)
        await keep_former(runtime, connection, held)
        await end_account(runtime, connection, held, device)
    log.info("account closed", account=str(signed_in.account_id))


async def end_account(
    runtime: Runtime,
    connection: Connection,
    held: Opened,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
) -> None:
    """Delete an account that is held, and what ends with it; in the caller's transaction."""
    # Its rows before its person's, as whoever logs out or cancels meanwhile takes them.
    subject = nir_digest(runtime.hasher, held.identity.nir)
    await queries.delete_account(connection, held.id)
    await forget_devices(connection, subject)
    await forget_all_tries(runtime, connection, subject, PASSWORD_TRIES)
    await revoke_all(connection, held.person_id, device, actor)
    await record_event(
        connection, held.person_id, EventKind.ACCOUNT_CLOSED, device=device, actor=actor
    )
    await enqueue_mail(
        runtime,
        connection,
        kind=ACCOUNT_CLOSED_MAIL,
        subject_id=held.id,
        recipient=held.identity.email,
    )


async def outcome_of(runtime: Runtime, request_digest: bytes) -> str | None:
    """Where this very request led the first time, for who did not get that answer."""
    async with runtime.db.connection() as connection:
        return await find_outcome(connection, request_digest)


async def compose_account_closed(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """After the account is gone: the mail's own row tells when.

    The address is kept after its owner closed the account, not after the service did.
    """
    is_kept = await queries.keeps_mailbox(connection, mail.subject_id)
    words = {"closed_at": mail.created_at, "is_kept": is_kept, "months": MAILBOX_MONTHS}
    return Letter("account-closed", words)
