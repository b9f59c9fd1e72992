"""The mail of a closed account."""

from __future__ import annotations

from web.core.db.connection import Connection
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime
from web.people.former.service import MAILBOX_MONTHS
from web.profile.closing import queries


async def compose_account_closed(
    runtime: Runtime, connection: Connection, mail: Mail
) -> Letter | None:
    """Compose the mail after the account is deleted, from the mail's own row.

    The address is kept, unless the account was closed as opened with another person's number.
    """
    closing = await queries.find_closing(connection, mail.subject_id)
    context = {
        "closed_at": mail.created_at,
        "is_kept": closing.is_kept,
        "reason": closing.reason,
        "months": MAILBOX_MONTHS,
    }
    return Letter("account-closed", context)
