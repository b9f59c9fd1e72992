"""The mails about délégations to the agents of an employer: a number of people, no name."""

from __future__ import annotations

from dataclasses import asdict

from web.core.db.connection import Connection
from web.core.mail.outgoing import Letter, Mail
from web.core.runtime import Runtime
from web.employers.notices import queries
from web.people.identity import email_digests


async def compose_granted(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail about grants; None once they ended, or the agent left."""
    digests = email_digests(runtime.hasher, mail.recipient)
    granted = await queries.count_granted(connection, mail.subjects, digests)
    return Letter("employer-delegation-granted", asdict(granted)) if granted else None


async def compose_ended(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail about ends; None if others replaced them, or once the agent left."""
    digests = email_digests(runtime.hasher, mail.recipient)
    ended = await queries.count_ended(connection, mail.subjects, digests)
    return Letter("employer-delegation-ended", asdict(ended)) if ended else None
