"""Closed accounts, and the proof that whoever opens another one is the same person.

A NIR is known to employers, pharmacies, relatives: it gives access to the hours, which the law
attaches to it, and nothing else. Dossiers, délégations and history are restored to a person who has
the names and the mailbox of the closed account, or for whom the service vouches. Until then the new
account has another holder, and the `seen_…` views of the database hide the rest from it.
"""

from __future__ import annotations

from uuid import UUID

import structlog

from web.core.db.connection import Connection
from web.core.mail.kinds import awaited
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.domain.email_addresses import folded_email
from web.people.former import queries as former_queries
from web.people.former.records import FORMER_EMAIL, FormerAccount, OpenAccount, names_digest
from web.people.history.events import Actor, EventKind, record_event

log = structlog.get_logger("accounts")

# After that the mailbox of a closed account is no proof: only the service can vouch.
MAILBOX_MONTHS = 12
# Its subject is the closed account.
FORMER_MAIL = awaited("former-account")


async def keep_former(runtime: Runtime, connection: Connection, account: OpenAccount) -> None:
    """Keep what can later prove whose account it was; call it in the transaction that deletes it.

    Without it the database still records that there was an account, but nothing proves whose.
    """
    box = FORMER_EMAIL.seal(runtime.vault, account.identity.email, id=account.id)
    digest = names_digest(runtime.hasher, account.identity)
    await former_queries.insert_former(connection, account.id, digest, box)


async def restore_if_proved(
    runtime: Runtime, connection: Connection, opened: OpenAccount, device: str
) -> None:
    """Restore to a new account what is proved to be its holder's, and write to the other mailboxes.

    The proof is the same names and the same mailbox, whose link was just followed.
    """
    proved = []
    for former in await former_queries.list_unproved_former(connection, opened.id):
        mailbox = former.mailbox(runtime.vault)
        is_same_mailbox = folded_email(mailbox) == folded_email(opened.identity.email)
        if is_same_mailbox and former.has_same_names(runtime.hasher, opened.identity):
            proved.append(former)
        else:
            await _warn(runtime, connection, former)
    if proved:
        await give_back(connection, opened, proved, device=device)


async def warn_former(runtime: Runtime, connection: Connection, account_id: UUID) -> None:
    """Write to the kept mailboxes of the other holders of a new account's number.

    Call it in the transaction that opens the account. Nothing is restored.
    """
    for former in await former_queries.list_unproved_former(connection, account_id):
        await _warn(runtime, connection, former)


async def give_back(
    connection: Connection,
    opened: OpenAccount,
    formers: list[FormerAccount],
    *,
    device: str = "",
    actor: Actor = Actor.TITULAIRE,
) -> UUID:
    """Give the account access to all that the holders of `formers` left; return the event's id.

    Their addresses are no longer needed and are deleted; links mailed to them no longer work.
    """
    event_id = await record_event(
        connection, opened.person_id, EventKind.FORMER_RESTORED, device=device, actor=actor
    )
    holders = [former.holder_id for former in formers]
    await former_queries.give_to_holder(connection, opened.id, holders, FORMER_MAIL.name)
    log.info("former account restored", account=str(opened.id), by=actor.value)
    return event_id


async def _warn(runtime: Runtime, connection: Connection, former: FormerAccount) -> None:
    """Enqueue the mail to the mailbox of a closed account, if it is kept."""
    if mailbox := former.mailbox(runtime.vault):
        await enqueue_mail(
            runtime, connection, kind=FORMER_MAIL, subject_id=former.id, recipient=mailbox
        )


async def forget_mailboxes(connection: Connection) -> None:
    """Delete the addresses of accounts closed more than MAILBOX_MONTHS ago."""
    await former_queries.delete_emails(connection, MAILBOX_MONTHS)
