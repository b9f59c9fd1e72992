"""Restoration of what an earlier account of the same NIR left: by mailed link, or by the service.

The mail goes to the mailbox of the closed account, and its link works only in the current account:
access to one of the two is not enough. Without the mailbox the service vouches, by a command.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from web.auth.sessions.titulaire import SignedIn
from web.core.crypto.tokens import looks_like_token, new_token, token_hash
from web.core.db.command import Command
from web.core.db.connection import Connection
from web.core.mail.kinds import MailKind, notice
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.rate_limit import DAY, Limit
from web.core.runtime import Runtime
from web.former import queries
from web.former.queries import AccountRow, FormerLink
from web.people.former.queries import list_unproved_former
from web.people.former.records import FormerAccount, OpenAccount
from web.people.former.service import FORMER_MAIL, MAILBOX_MONTHS, give_back
from web.people.history.events import Actor
from web.people.identity import ACCOUNT_IDENTITY, email_digest

MAILS_PER_ACCOUNT = Limit("mails to former mailboxes per account", 3, DAY)
# Its subject is the event that it reports.
RESTORED_MAIL = notice("former-account-restored")


class Outcome(enum.Enum):
    """The state of a link."""

    OPEN = "open"
    ALREADY_DONE = "already done"
    OTHER_NAMES = "other names"
    OVER = "over"
    UNKNOWN = "unknown"


class LinkError(Exception):
    """The link is not open: nothing was done."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


class UnknownAccountError(Exception):
    """No account has this address."""


@dataclass(frozen=True)
class Vouched:
    """The numbers of closed accounts restored, and of those left because the names differ."""

    given: int
    left: int


async def send_again(runtime: Runtime, signed_in: SignedIn, command: Command) -> None:
    """Write again to the mailboxes of the closed accounts; earlier links keep working.

    Raises AlreadyDoneError, TooManyAttemptsError.
    """
    async with (
        runtime.limits.counted((MAILS_PER_ACCOUNT, str(signed_in.account_id)), retries=False),
        runtime.db.once(command) as connection,
    ):
        for former in await list_unproved_former(connection, signed_in.account_id):
            await _write_to(runtime, connection, former, FORMER_MAIL, former.id)


async def get_link_state(runtime: Runtime, signed_in: SignedIn, token: str) -> Outcome:
    """Return the state of a link for this account, without side effects."""
    if not looks_like_token(token):
        return Outcome.UNKNOWN
    link = await queries.find_link(runtime.db, token_hash(token), signed_in.account_id)
    return _outcome(runtime, link, signed_in)


async def confirm(runtime: Runtime, signed_in: SignedIn, token: str, command: Command) -> None:
    """Restore the closed account of the link. Raises AlreadyDoneError, LinkError."""
    if not looks_like_token(token):
        raise LinkError(Outcome.UNKNOWN)
    async with runtime.db.once(command) as connection:
        row = await queries.lock_account(connection, signed_in.account_id)
        if row is None:
            raise LinkError(Outcome.UNKNOWN)
        opened = _opened(runtime, row)
        link = await queries.find_link(connection, token_hash(token), opened.id)
        outcome = _outcome(runtime, link, opened)
        if link is None or outcome is not Outcome.OPEN:
            raise LinkError(outcome)
        await give_back(connection, opened, [link.former], device=command.device)


async def vouch(runtime: Runtime, email: str, *, whatever_names: bool) -> Vouched:
    """Restore what earlier accounts left to the account of this address, as vouched by the service.

    Accounts whose names differ or are unknown are restored only with `whatever_names`. All the
    mailboxes are notified. Raises UnknownAccountError.
    """
    async with runtime.db.transaction() as connection:
        digest = email_digest(runtime.hasher, email)
        row = await queries.lock_account_by_email(connection, digest)
        if row is None:
            raise UnknownAccountError
        opened = _opened(runtime, row)
        found = await list_unproved_former(connection, opened.id)
        given = [
            former
            for former in found
            if whatever_names or former.has_same_names(runtime.hasher, opened.identity)
        ]
        if given:
            event_id = await give_back(connection, opened, given, actor=Actor.SERVICE)
            for former in given:
                await _write_to(runtime, connection, former, RESTORED_MAIL, event_id)
            await enqueue_mail(
                runtime,
                connection,
                kind=RESTORED_MAIL,
                subject_id=event_id,
                recipient=opened.identity.email,
            )
    return Vouched(len(given), len(found) - len(given))


async def compose_former(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to a closed account's mailbox, when its NIR has another account.

    It has the link only if the names are the same. None once there is nothing to restore, or the
    mailbox is deleted.
    """
    match = await queries.find_former_match(connection, mail.subject_id)
    if match is None or match.former.mailbox(runtime.vault) != mail.recipient:
        return None
    context: dict[str, Any] = {"url": "", "expires_at": None, "months": MAILBOX_MONTHS}
    identity = _opened(runtime, match.account).identity
    if match.former.has_same_names(runtime.hasher, identity):
        token = new_token(runtime.randomness)
        context["expires_at"] = await queries.add_link(
            connection, token_hash(token), match.former.id
        )
        context["url"] = runtime.url("former-link", token=token)
    return Letter(FORMER_MAIL.name, context)


async def compose_restored(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to both mailboxes, after the service has vouched."""
    return Letter(RESTORED_MAIL.name, {"restored_at": mail.created_at})


def _outcome(runtime: Runtime, link: FormerLink | None, account: OpenAccount | SignedIn) -> Outcome:
    if link is None:
        return Outcome.UNKNOWN
    if link.is_used or not link.is_unproved:
        return Outcome.ALREADY_DONE
    if link.is_expired:
        return Outcome.OVER
    same = link.former.has_same_names(runtime.hasher, account.identity)
    return Outcome.OPEN if same else Outcome.OTHER_NAMES


def _opened(runtime: Runtime, row: AccountRow) -> OpenAccount:
    identity = ACCOUNT_IDENTITY.open(runtime.vault, row.identity, id=row.id)
    return OpenAccount(row.id, row.person_id, identity)


async def _write_to(
    runtime: Runtime,
    connection: Connection,
    former: FormerAccount,
    kind: MailKind,
    subject_id: UUID,
) -> None:
    if mailbox := former.mailbox(runtime.vault):
        await enqueue_mail(runtime, connection, kind=kind, subject_id=subject_id, recipient=mailbox)
