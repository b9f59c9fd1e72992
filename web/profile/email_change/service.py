"""Change of e-mail address: requested in the space, confirmed from the new address.

Nothing changes before the link sent to the new address is opened and its button pressed. The answer
is the same whether that address already has an account or not: only the worker checks. The current
address is notified twice: on request, while the change can be cancelled, and on completion.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from web.auth.logins import LoginKind
from web.auth.password.credentials import confirm_password
from web.auth.reset.links import LinkState
from web.auth.reset.queries import void_links
from web.auth.sessions.queries import AccountGoneError, lock_session
from web.auth.sessions.titulaire import SignedIn
from web.auth.titulaires.kind import TITULAIRE
from web.core.crypto.sealed_column import TEXT, SealedColumn
from web.core.crypto.tokens import token_hash
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import MailKind, awaited, notice
from web.core.mail.outgoing import enqueue_mail
from web.core.rate_limit import DAY, Limit
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email
from web.people.former.records import OpenAccount
from web.people.history.events import Actor, EventKind, record_event
from web.people.identity import ACCOUNT_IDENTITY, email_digest, nir_digest
from web.profile.email_change import queries
from web.profile.email_change.queries import EmailChange, EmailLink
from web.profile.service import lock_account

log = structlog.get_logger("profile")

NEW_ADDRESS = SealedColumn(
    "email_change", "email", "email_change:{id}.email", TEXT, {"account_id": "uuid"}
)
LINK_HOURS = 24
CHANGES_PER_ACCOUNT = Limit("e-mail changes per account", 5, DAY)

# The subject of the first is an e-mail change, that of the others an account.
CONFIRMATION_MAIL = awaited("email-confirmation")
ASKED_MAIL = notice("email-change-asked")
CHANGED_MAIL = notice("email-changed")


class SameAddressError(Exception):
    """The new address is already the account's."""


class Outcome(enum.Enum):
    """The state of a link, or why it cannot be followed."""

    OPEN = "open"
    ALREADY_DONE = "already done"
    OVER = "over"
    UNKNOWN = "unknown"
    TAKEN = "taken"


class LinkError(Exception):
    """The link cannot be followed: nothing was done."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


@dataclass(frozen=True)
class Pending:
    """The new address to be confirmed, and when its link expires."""

    email: str
    expires_at: datetime


async def find_pending_change(runtime: Runtime, account_id: UUID) -> Pending | None:
    """Return the pending change of an account."""
    change = await queries.find_email_change(runtime.db, account_id)
    return Pending(open_address(runtime, change), change.expires_at) if change else None


async def ask_change(
    runtime: Runtime,
    signed_in: SignedIn,
    password: str,
    email: str,
    command: Command,
) -> None:
    """Send the link to the new address and notify the current one.

    An earlier change to another address is dropped; to the same one, both links work.
    Raises AlreadyDoneError, SameAddressError, WrongPasswordError, SessionOverError,
    AccountGoneError, TooManyAttemptsError, HashingOverloadedError.
    """
    if folded_email(email) == folded_email(signed_in.identity.email):
        raise SameAddressError
    await confirm_password(runtime, TITULAIRE, signed_in, password, command)
    # Not per new address: requests from another account could then lock out its owner.
    async with (
        runtime.limits.counted((CHANGES_PER_ACCOUNT, str(signed_in.account_id))),
        runtime.db.once(command) as connection,
    ):
        await lock_session(connection, signed_in.account_id, signed_in.session_id)
        account = await lock_account(runtime, connection, signed_in.account_id)
        await _start_change(runtime, connection, account, email, command.device)
    log.info("e-mail change requested", account=str(account.id))


async def cancel_change(runtime: Runtime, signed_in: SignedIn, device: str) -> None:
    """Cancel the pending change: its links no longer work. Idempotent."""
    async with runtime.db.transaction() as connection:
        if await queries.forget_email_change(connection, signed_in.account_id):
            await record_event(
                connection, signed_in.person_id, EventKind.EMAIL_CHANGE_CANCELLED, device=device
            )


async def get_link_state(runtime: Runtime, token: str) -> tuple[Outcome, str]:
    """Return the state of a link and the address it confirms, without side effects."""
    link = await queries.find_email_link(runtime.db, token_hash(token))
    outcome = _outcome(link)
    if link is None or link.change is None or outcome is not Outcome.OPEN:
        return outcome, ""
    return outcome, open_address(runtime, link.change)


async def confirm_change(runtime: Runtime, token: str, command: Command) -> None:
    """Change the address. Raises AlreadyDoneError, LinkError."""
    async with runtime.db.once(command) as connection:
        link = await queries.find_email_link(connection, token_hash(token))
        if link is None or link.change is None:
            raise LinkError(_outcome(link))
        try:
            account = await lock_account(runtime, connection, link.change.account_id)
        except AccountGoneError:
            raise LinkError(Outcome.OVER) from None
        # Another request may have used the link while we waited for the lock.
        link = await queries.find_email_link(connection, token_hash(token))
        if link is None or link.change is None or _outcome(link) is not Outcome.OPEN:
            raise LinkError(_outcome(link))
        change = link.change
        identity = replace(account.identity, email=open_address(runtime, change))
        box = ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=account.id)
        digest = email_digest(runtime.hasher, identity.email)
        if not await queries.change_email(connection, account.id, digest, box):
            raise LinkError(Outcome.TAKEN)
        await queries.use_email_links(connection, change.id)
        await queries.forget_email_change(connection, account.id)
        # Reset links were sent to an address that is no longer theirs.
        nir = nir_digest(runtime.hasher, account.identity.nir)
        await void_links(
            connection, LoginKind.TITULAIRE, nir, account.id, LinkState.ADDRESS_CHANGED
        )
        await record_event(
            connection,
            account.person_id,
            EventKind.EMAIL_CHANGED,
            device=command.device,
            actor=Actor.UNKNOWN,
        )
        await _enqueue(runtime, connection, CHANGED_MAIL, account.id, account.identity.email)
    log.info("e-mail changed", account=str(account.id))


async def _start_change(
    runtime: Runtime, connection: Connection, account: OpenAccount, email: str, device: str
) -> None:
    change_id = await _save_change(runtime, connection, account.id, email)
    await record_event(connection, account.person_id, EventKind.EMAIL_CHANGE_ASKED, device=device)
    await _enqueue(runtime, connection, CONFIRMATION_MAIL, change_id, email)
    await _enqueue(runtime, connection, ASKED_MAIL, account.id, account.identity.email)


async def _save_change(
    runtime: Runtime, connection: Connection, account_id: UUID, email: str
) -> UUID:
    """Save a pending change, or extend the one to the same address; return its id."""
    pending = await queries.find_email_change(connection, account_id)
    if pending is not None and open_address(runtime, pending) == email:
        await queries.extend_email_change(connection, pending.id, LINK_HOURS)
        return pending.id
    change_id = runtime.randomness.uuid()
    await queries.save_email_change(
        connection,
        account_id=account_id,
        change_id=change_id,
        email=NEW_ADDRESS.seal(runtime.vault, email, id=change_id),
        email_digest=email_digest(runtime.hasher, email),
        hours=LINK_HOURS,
    )
    return change_id


def _outcome(link: EmailLink | None) -> Outcome:
    if link is None:
        return Outcome.UNKNOWN
    if link.is_used:
        return Outcome.ALREADY_DONE
    if link.change is None or link.change.is_expired:
        return Outcome.OVER
    return Outcome.OPEN


async def _enqueue(
    runtime: Runtime, connection: Connection, kind: MailKind, subject_id: UUID, recipient: str
) -> None:
    await enqueue_mail(runtime, connection, kind=kind, subject_id=subject_id, recipient=recipient)


def open_address(runtime: Runtime, change: EmailChange) -> str:
    """Return the address to be confirmed."""
    return NEW_ADDRESS.open(runtime.vault, change.email, id=change.id)
