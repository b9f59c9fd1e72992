"""Confirmation, refusal and effect of a change of address that the service was asked for.

States: asked, confirmed (from the new address), then effective, refused (from the earlier address),
expired (not confirmed in time), replaced (by another change) or taken (by another account). Each
step locks the login first, then reads the change again.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import structlog

from web.agents.records import AGENT_EMAIL, AgentAccount
from web.assistance.accounts import LockedAccount, lock_account
from web.assistance.email_change import queries
from web.assistance.email_change.records import LinkPurpose, ServiceChange, State
from web.auth.kinds import SecurityEvent
from web.auth.login.attempt_limits import reset_shared_failures
from web.auth.reset.links import LinkState
from web.auth.reset.queries import void_links
from web.auth.sessions.known_devices import forget_devices
from web.auth.sessions.titulaire import Titulaire
from web.core.crypto.tokens import looks_like_token, token_hash
from web.core.crypto.vault import DecryptionError
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import awaited, notice
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.people.identity import ACCOUNT_IDENTITY, email_digest
from web.people.mailbox_changes import NEW_MAILBOX
from web.profile.email_change.queries import change_email, forget_email_change

log = structlog.get_logger("support")

# The earlier address can refuse until the change takes effect: never before this.
REFUSAL_DAYS = 3
CONFIRMATION_DAYS = 10
# Their subject is the change.
CONFIRMATION_MAIL = awaited("service-email-confirmation")
ASKED_MAIL = awaited("service-email-asked")
CHANGED_MAIL = notice("service-email-changed")
REFUSED_MAIL = notice("service-email-refused")
NOT_CONFIRMED, ALREADY_USED = "nouvelle adresse non confirmée", "adresse déjà utilisée"


class LinkError(Exception):
    """The link cannot be followed: nothing was done. `state` is None for an unknown link."""

    def __init__(self, state: State | None) -> None:
        super().__init__(state.value if state else "unknown")
        self.state = state


def open_address(runtime: Runtime, change: ServiceChange) -> str:
    """Return the new address."""
    return NEW_MAILBOX.open(runtime.vault, change.email, id=change.id)


async def find_open_change(
    runtime: Runtime, connection: Connection, token: str, purpose: LinkPurpose
) -> ServiceChange:
    """Return the change of a link that can be followed, without side effects. Raises LinkError."""
    if not looks_like_token(token):
        raise LinkError(None)
    link = await queries.find_link(connection, token_hash(token), purpose)
    if link is None:
        raise LinkError(None)
    change = link.change
    if change is None:
        raise LinkError(State.EXPIRED)
    is_open = change.is_pending if purpose is LinkPurpose.REFUSE else change.state is State.ASKED
    if not is_open:
        raise LinkError(change.state)
    return change


async def confirm(runtime: Runtime, token: str, command: Command) -> None:
    """Confirm the new address; the change takes effect when it is due.

    Raises AlreadyDoneError, LinkError.
    """
    async with runtime.db.once(command) as connection:
        account, change = await _lock_open(runtime, connection, token, LinkPurpose.CONFIRM)
        await queries.mark_confirmed(connection, change.id)
        if change.is_due:
            await _take_effect(runtime, connection, account, change)
    log.info("address confirmed", kind=change.kind.value, account=str(change.login_id))


async def refuse(runtime: Runtime, token: str, command: Command) -> None:
    """Refuse the change from the earlier address. Raises AlreadyDoneError, LinkError."""
    async with runtime.db.once(command) as connection:
        account, change = await _lock_open(runtime, connection, token, LinkPurpose.REFUSE)
        await queries.end_change(connection, change.id, State.REFUSED)
        event, device = SecurityEvent.EMAIL_CHANGE_REFUSED, command.device
        await account.record(connection, event, "", device)
        await enqueue_mail(
            runtime,
            connection,
            kind=REFUSED_MAIL,
            subject_id=change.id,
            recipient=open_address(runtime, change),
        )
    log.warning("address change refused", kind=change.kind.value, account=str(change.login_id))


async def settle_changes(runtime: Runtime) -> None:
    """Carry out the changes that are confirmed and due, and end those that expired (worker)."""
    for change_id in await queries.list_to_settle(runtime.db):
        try:
            await _settle(runtime, change_id)
        except DecryptionError:
            # The others must not wait until an operator has restored this one.
            log.error("address change unreadable", change=str(change_id))


async def _settle(runtime: Runtime, change_id: UUID) -> None:
    async with runtime.db.transaction() as connection:
        found = await queries.find_change(connection, change_id)
        if found is None:
            return
        account = await lock_account(runtime, connection, found.login_id, found.kind)
        change = await queries.find_change(connection, change_id)
        if account is None or change is None or change.ended_as is not None:
            return
        if change.state is State.CONFIRMED and change.is_due:
            await _take_effect(runtime, connection, account, change)
        elif change.state is State.EXPIRED:
            await _cancel(connection, account, change, State.EXPIRED, NOT_CONFIRMED)


async def _lock_open(
    runtime: Runtime, connection: Connection, token: str, purpose: LinkPurpose
) -> tuple[LockedAccount, ServiceChange]:
    """Lock the login of a link, and return the change as read under that lock."""
    change = await find_open_change(runtime, connection, token, purpose)
    account = await lock_account(runtime, connection, change.login_id, change.kind)
    # Another request may have used the link while we waited for the lock.
    change = await find_open_change(runtime, connection, token, purpose)
    if account is None:
        raise LinkError(State.EXPIRED)
    return account, change


async def _take_effect(
    runtime: Runtime, connection: Connection, account: LockedAccount, change: ServiceChange
) -> None:
    earlier, subject = account.owner.email, account.subject(runtime)
    if email_digest(runtime.hasher, earlier) != change.from_digest:
        # The person changed it meanwhile, and so has a mailbox.
        await queries.end_change(connection, change.id, State.REPLACED)
        return
    if not await _replace_address(runtime, connection, account, open_address(runtime, change)):
        await _cancel(connection, account, change, State.TAKEN, ALREADY_USED)
        return
    await queries.end_change(connection, change.id, State.EFFECTIVE)
    # Reset links were sent to an address that is no longer theirs.
    state = LinkState.ADDRESS_CHANGED
    await void_links(connection, account.kind.name, subject, account.id, state)
    await account.record(connection, SecurityEvent.EMAIL_CHANGED, change.reason)
    for recipient in (earlier, open_address(runtime, change)):
        await enqueue_mail(
            runtime, connection, kind=CHANGED_MAIL, subject_id=change.id, recipient=recipient
        )
    log.info("address changed", kind=change.kind.value, account=str(change.login_id))


async def _replace_address(
    runtime: Runtime, connection: Connection, account: LockedAccount, email: str
) -> bool:
    """Write the new address; return False when another account has it."""
    digest, owner = email_digest(runtime.hasher, email), account.owner
    if isinstance(owner, AgentAccount):
        box = AGENT_EMAIL.seal(runtime.vault, email, id=owner.id)
        if not await queries.change_agent_email(connection, owner.id, digest, box):
            return False
        # Attempts and known browsers are kept by the address.
        subject = owner.subject(runtime.hasher)
        await forget_devices(connection, subject)
        await reset_shared_failures(runtime, connection, subject, *account.kind.tries)
        return True
    assert isinstance(owner, Titulaire)  # noqa: S101 - the only other kind
    identity = replace(owner.identity, email=email)
    box = ACCOUNT_IDENTITY.seal(runtime.vault, identity, id=owner.account_id)
    if not await change_email(connection, owner.account_id, digest, box):
        return False
    # A change that the titulaire had asked for was from the earlier address.
    await forget_email_change(connection, owner.account_id)
    return True


async def _cancel(
    connection: Connection,
    account: LockedAccount,
    change: ServiceChange,
    state: State,
    why: str,
) -> None:
    await queries.end_change(connection, change.id, state)
    await account.record(connection, SecurityEvent.EMAIL_CHANGE_CANCELLED, why)
    log.info("address change cancelled", account=str(account.id), state=state.value)
