"""Mails about the access of an agent: withdrawn, managed or no longer, invited from elsewhere."""

from __future__ import annotations

from web.agents.access import queries
from web.core.db.connection import Connection
from web.core.mail.kinds import notice
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime

# Its subject is the organisation: the account is closed by then.
WITHDRAWN_MAIL = notice("professional-withdrawn")
# Its subject is the event of the agent concerned.
ROLE_MAIL = notice("professional-role")
# Its subject is the invitation that waits.
ELSEWHERE_MAIL = notice("professional-elsewhere")


async def compose_withdrawn(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to an agent whose account was closed."""
    name = await queries.find_organisation_name(connection, mail.subject_id)
    return Letter(mail.kind, {"organisation": name, "occurred_at": mail.created_at})


async def compose_role(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to an agent who manages the access from now on, or no longer."""
    change = await queries.find_role_change(connection, mail.subject_id)
    if change is None:
        return None
    words = {
        "organisation": change.organisation_name,
        "is_manager": change.is_manager,
        "occurred_at": change.occurred_at,
    }
    return Letter(mail.kind, words)


async def compose_elsewhere(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail to the agent of another organisation; None once that is withdrawn."""
    name = await queries.find_inviting_organisation(connection, mail.subject_id)
    return Letter(mail.kind, {"organisation": name}) if name else None
