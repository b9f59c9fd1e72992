"""Mails that inform people that their hours were credited or corrected, once a day at most.

A file of credits may concern a million people: it only writes one row for each of them, with its
movements (`add_credit_notices`). The worker turns these rows into mails, a few thousand at a time,
and sends them after all others.
"""

from __future__ import annotations

from web.core.db.connection import Connection
from web.core.mail.kinds import periodic
from web.core.mail.outgoing import Letter, Mail, enqueue_mail
from web.core.runtime import Runtime
from web.hours import credit_notice_queries as queries
from web.people.identity import ACCOUNT_IDENTITY

# The subject is an account.
CREDITED_MAIL = periodic("hours-credited")
# Mails enqueued in one transaction, and transactions in one run (every five minutes).
AT_ONCE, RUN = 200, 25


async def enqueue_credit_notices(runtime: Runtime) -> None:
    """Enqueue the mails of the notices that wait, up to AT_ONCE × RUN of them."""
    for _ in range(RUN):
        if await _enqueue_some(runtime) < AT_ONCE:
            return


async def compose_credited(runtime: Runtime, connection: Connection, mail: Mail) -> Letter | None:
    """Compose the mail; None once the account is closed."""
    box = await queries.find_identity(connection, mail.subject_id)
    if box is None:
        return None
    identity = ACCOUNT_IDENTITY.open(runtime.vault, box, id=mail.subject_id)
    return Letter("hours-credited", {"first_name": identity.first_name})


async def _enqueue_some(runtime: Runtime) -> int:
    async with runtime.db.transaction() as connection:
        accounts = await queries.claim_notices(connection, AT_ONCE)
        for account in accounts:
            if account.id is None or account.identity is None:
                continue
            identity = ACCOUNT_IDENTITY.read(runtime.vault, account.identity, id=account.id)
            if identity is not None:
                await enqueue_mail(
                    runtime,
                    connection,
                    kind=CREDITED_MAIL,
                    subject_id=account.id,
                    recipient=identity.email,
                )
    return len(accounts)
