"""The mails of a change of e-mail address: to the new one, and to the current one."""

from __future__ import annotations

from web.core.crypto.tokens import new_token, token_hash
from web.core.db.connection import Connection
from web.core.mail.outgoing import Letter, Mail, masked_email
from web.core.runtime import Runtime
from web.people.identity import email_digests
from web.profile.email_change import queries
from web.profile.email_change.service import open_address


async def compose_confirmation(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail to the new address: the link, or a notice that it already has an account."""
    change = await queries.find_email_change_by_id(connection, mail.subject_id)
    if change is None or change.is_expired:
        return None
    digests = email_digests(runtime.hasher, open_address(runtime, change))
    if await queries.is_address_taken(connection, digests):
        return Letter("email-taken", {})
    token = new_token(runtime.randomness)
    await queries.add_email_link(connection, token_hash(token), change.id, change.expires_at)
    url = runtime.url("email-link", token=token)
    return Letter("email-confirmation", {"url": url, "expires_at": change.expires_at})


async def compose_asked(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to the current address, while the requested change can be cancelled."""
    change = await queries.find_email_change(connection, mail.subject_id)
    if change is None:
        return None
    context = {
        "new_email": masked_email(open_address(runtime, change)),
        "asked_at": change.created_at,
        "expires_at": change.expires_at,
    }
    return Letter("email-change-asked", context)


async def compose_changed(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to the previous address."""
    return Letter("email-changed", {"changed_at": mail.created_at})
