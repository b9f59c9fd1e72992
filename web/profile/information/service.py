"""Change of personal information, and closing of the account."""

from __future__ import annotations

from uuid import UUID

import structlog

from web.auth.login.attempt_limits import reset_shared_failures
from web.auth.password.credentials import CODE_TRIES, PASSWORD_TRIES, confirm_password
from web.auth.sessions.known_devices import forget_devices
from web.auth.sessions.queries import lock_session
from web.auth.sessions.titulaire import SignedIn
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.runtime import Runtime
from web.delegations.ending_queries import revoke_all
from web.people.former import MAILBOX_MONTHS, keep_former
from web.people.former_account import OpenAccount
from web.people.history import Actor, EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, Identity, nir_digest
from web.profile.information import queries

log = structlog.get_logger("profile")

ACCOUNT_CLOSED_MAIL = notice("account-closed")
# Names of the changed information in the history, which never has its values.
NAMES = {
    "first_name": "prénom",
    "usual_name": "nom d’usage",
    "landline": "téléphone fixe",
    "mobile": "téléphone portable",
    "address": "adresse postale",
}


class AccountGoneError(Exception):
    """The account was closed in the meantime."""


async def lock_account(runtime: Runtime, connection: Connection, account_id: UUID) -> OpenAccount:
    """Lock the account and return its current state. Raises AccountGoneError."""
    row = await queries.lock_account(connection, account_id)
    if row is None:
        raise AccountGoneError
    identity = ACCOUNT_IDENTITY.open(runtime.vault, row.identity, id=row.id)
    return OpenAccount(row.id, row.person_id, identity)


async def save_profile(
    runtime: Runtime, account_id: UUID, wanted: Identity, device: str
) -> Identity:
    """Save the names, phones and postal address of `wanted`, and nothing else of it.

    Saving unchanged values records nothing. Raises AccountGoneError.
    """
    async with runtime.db.transaction() as connection:
        current = await lock_account(runtime, connection, account_id)
        changes = {
            name: getattr(wanted, name)
            for name in NAMES
            if getattr(wanted, name) != getattr(current.identity, name)
        }
        if not changes:
            return current.identity
        identity = Identity(**{**vars(current.identity), **changes})
        box = ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account_id)
        await queries.save_identity(connection, account_id, box)
        await record_event(
            connection,
            current.person_id,
            EventKind.PROFILE_CHANGED,
            device=device,
            detail=", ".join(NAMES[name] for name in changes),
        )
    log.info("profile saved", account=str(account_id))
    return identity


async def close_account(
    runtime: Runtime, signed_in: SignedIn, password: str, command: Command
) -> None:
    """Delete the account, end all its sessions and délégations, and notify by mail.

    What belongs to the person stays under the keyed digest of their NIR: hours (by law everyone
    has an account of hours, registration only gives access to it), dossiers, ended délégations,
    and the history, which nobody may alter and which holds no personal data. Registering again
    restores the hours, and the rest once the person is proved to be the same: web.people.former.
    Raises AlreadyDoneError, WrongPasswordError, SessionOverError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    await confirm_password(runtime, signed_in, password, command)
    async with runtime.db.once(command) as connection:
        await lock_session(connection, signed_in.account_id, signed_in.session_id)
        account = await lock_account(runtime, connection, signed_in.account_id)
        await keep_former(runtime, connection, account)
        await end_account(runtime, connection, account, command.device)
    log.info("account closed", account=str(signed_in.account_id))


async def end_account(
    runtime: Runtime,
    connection: Connection,
    account: OpenAccount,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
) -> None:
    """Delete a locked account and all that ends with it, in the caller's transaction."""
    # The account's rows before its person: a concurrent logout or cancellation locks in that order.
    subject = nir_digest(runtime.hasher, account.identity.nir)
    await queries.delete_account(connection, account.id)
    await forget_devices(connection, subject)
    await reset_shared_failures(runtime, connection, subject, PASSWORD_TRIES, CODE_TRIES)
    await revoke_all(connection, account.person_id, device, actor)
    await record_event(
        connection, account.person_id, EventKind.ACCOUNT_CLOSED, device=device, actor=actor
    )
    await enqueue_mail(
        runtime,
        connection,
        kind=ACCOUNT_CLOSED_MAIL,
        subject_id=account.id,
        recipient=account.identity.email,
    )


async def compose_account_closed(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail after the account is deleted, from the mail's own row.

    The address is kept if the owner closed the account, not if the service did.
    """
    is_kept = await queries.keeps_mailbox(connection, mail.subject_id)
    context = {"closed_at": mail.created_at, "is_kept": is_kept, "months": MAILBOX_MONTHS}
    return Letter("account-closed", context)
