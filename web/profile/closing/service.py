"""The closing of an account."""

from __future__ import annotations

import structlog

from web.auth.login.attempt_limits import reset_shared_failures
from web.auth.password.credentials import confirm_password
from web.auth.sessions.known_devices import forget_devices
from web.auth.sessions.queries import lock_session
from web.auth.sessions.titulaire import Identified
from web.auth.titulaires.kind import TITULAIRE
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.delegations.employer_jobs import announce_ends
from web.delegations.ending_queries import revoke_all
from web.people.former.records import OpenAccount
from web.people.former.service import keep_former
from web.people.history.events import Actor, EventKind, record_event
from web.people.identity import nir_digest
from web.profile.closing import queries
from web.profile.service import lock_account

log = structlog.get_logger("profile")

ACCOUNT_CLOSED_MAIL = notice("account-closed")


async def close_account(
    runtime: Runtime, signed_in: Identified, password: str, command: Command
) -> None:
    """Delete the account, end all its sessions and délégations, and notify by mail.

    What belongs to the person stays under the keyed digest of their NIR: hours (by law everyone
    has an account of hours, registration only gives access to it), dossiers, ended délégations,
    and the history, which nobody may alter and which holds no personal data. Registering again
    restores the hours, and the rest once the person is proved to be the same: web.people.former.
    Raises AlreadyDoneError, WrongPasswordError, SessionOverError, TooManyAttemptsError,
    HashingOverloadedError.
    """
    await confirm_password(runtime, TITULAIRE, signed_in, password, command)
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
    reason: str = "",
) -> None:
    """Delete a locked account and all that ends with it, and notify its owner by mail.

    Call it in a transaction. `reason` is that of the service, for the history.
    """
    await remove_account(runtime, connection, account, device, actor, reason)
    await enqueue_mail(
        runtime,
        connection,
        kind=ACCOUNT_CLOSED_MAIL,
        subject_id=account.id,
        recipient=account.identity.email,
    )


async def remove_account(
    runtime: Runtime,
    connection: Connection,
    account: OpenAccount,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
    reason: str = "",
) -> None:
    """Delete a locked account and all that ends with it, in the caller's transaction."""
    # The account's rows before its person: a concurrent logout or cancellation locks in that order.
    subject = nir_digest(runtime.hasher, account.identity.nir)
    await queries.delete_account(connection, account.id)
    await forget_devices(connection, subject)
    await reset_shared_failures(runtime, connection, subject, *TITULAIRE.tries)
    ended = await revoke_all(connection, account.person_id, device, actor)
    await record_event(
        connection,
        account.person_id,
        EventKind.ACCOUNT_CLOSED,
        device=device,
        actor=actor,
        detail=reason,
    )
    await announce_ends(connection, ended)
