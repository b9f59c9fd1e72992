"""`account change-email`: the request, made by an operator for someone who was identified."""

from __future__ import annotations

from web.assistance.accounts import LockedAccount
from web.assistance.command import Act
from web.assistance.email_change import queries
from web.assistance.email_change.records import State
from web.assistance.email_change.service import (
    ASKED_MAIL,
    CONFIRMATION_DAYS,
    CONFIRMATION_MAIL,
    REFUSAL_DAYS,
    open_address,
)
from web.auth.kinds import SecurityEvent
from web.core.cli.operator_command import NotDoneError
from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.core.text import NBSP, printable_line
from web.domain.email_addresses import folded_email
from web.filters import french_moment
from web.people.emails import InvalidEmailError, parse_email
from web.people.identity import email_digest, email_digests
from web.people.mailbox_changes import NEW_MAILBOX

NO_ADDRESS = (
    "La nouvelle adresse n’est pas une adresse courriel complète, avec un @. Rien n’a été fait."
)
SAME = f"C’est déjà l’adresse de ce compte{NBSP}: rien n’a été fait."
TAKEN = (
    f"Un autre compte utilise déjà la nouvelle adresse{NBSP}: rien n’a été fait. Demandez-en une "
    "autre, ou cherchez cet autre compte avec `account find`."
)


def change_to(typed: str) -> Act:
    """Return the act that requests a change to the address typed."""

    async def change_email(
        runtime: Runtime, connection: Connection, account: LockedAccount, reason: str
    ) -> str:
        return await ask_change(runtime, connection, account, reason, typed)

    return change_email


async def ask_change(
    runtime: Runtime, connection: Connection, account: LockedAccount, reason: str, typed: str
) -> str:
    """Request a change for a locked account, and write to both addresses. Raises NotDoneError.

    A pending change to another address is replaced; for one to the same address, the links are sent
    again, and its dates stay.
    """
    try:
        email = parse_email(printable_line(typed).strip())
    except InvalidEmailError:
        raise NotDoneError(NO_ADDRESS) from None
    current = account.owner.email
    if folded_email(email) == folded_email(current):
        raise NotDoneError(SAME)
    digests = email_digests(runtime.hasher, email)
    if await queries.is_address_taken(connection, account.kind.name, digests):
        raise NotDoneError(TAKEN)
    pending = await queries.find_pending(connection, account.id)
    is_again = (
        pending is not None
        and pending.is_pending
        and folded_email(open_address(runtime, pending)) == folded_email(email)
    )
    if pending is None or not is_again:
        if pending is not None:
            await queries.end_change(connection, pending.id, State.REPLACED)
        await queries.insert_change(
            connection,
            change_id=(change_id := runtime.randomness.uuid()),
            login_id=account.id,
            email=NEW_MAILBOX.seal(runtime.vault, email, id=change_id),
            email_digest=digests[0],
            from_digest=email_digest(runtime.hasher, current),
            reason=reason,
            due_days=REFUSAL_DAYS,
            expiry_days=CONFIRMATION_DAYS,
        )
        await account.record(connection, SecurityEvent.EMAIL_CHANGE_ASKED, reason)
        pending = await queries.find_change(connection, change_id)
    assert pending is not None  # noqa: S101 - it was found, or has just been inserted
    # The address that is stored, whose case may differ from the one typed again.
    wanted = open_address(runtime, pending)
    for kind, recipient in ((CONFIRMATION_MAIL, wanted), (ASKED_MAIL, current)):
        await enqueue_mail(
            runtime, connection, kind=kind, subject_id=pending.id, recipient=recipient
        )
    again = f"Ce changement est déjà demandé{NBSP}: ses liens sont envoyés de nouveau. "
    return (
        f"{account.label}. {again if is_again else ''}Un lien à ouvrir avant le "
        f"{french_moment(pending.expires_at)} part vers la nouvelle adresse. L’ancienne est "
        f"prévenue et peut refuser. Le changement prendra effet le {french_moment(pending.due_at)} "
        "au plus tôt, une fois la nouvelle adresse confirmée."
    )
