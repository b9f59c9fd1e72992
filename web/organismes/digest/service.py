"""The daily digest: enqueued once a day for each agent, composed, and stopped.

It leaves on working days from DIGEST_TIME in Paris, or as soon as a worker runs after that. The day
is written on the agent's row in the transaction that enqueues the mail: whatever the number of
workers, and whenever one of them stops, each agent gets one.
"""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

import structlog

from web.agents.records import AGENT_EMAIL
from web.core.clock import PARIS
from web.core.crypto.tokens import looks_like_token, token_hash
from web.core.db.command import Command
from web.core.mail.kinds import periodic
from web.core.mail.outgoing import enqueue_mail
from web.core.runtime import Runtime
from web.domain.working_days import is_working_day
from web.organismes.digest import queries

log = structlog.get_logger("digest")

DIGEST_TIME = time(8)
# Agents whose mails are enqueued in one transaction.
AT_ONCE = 100
# The subject is an agent.
DIGEST_MAIL = periodic("dossiers-waiting")


class LinkOverError(Exception):
    """The link is unknown or has expired: nothing was done."""


async def enqueue_digests(runtime: Runtime) -> None:
    """Enqueue the digests of the day that are due and not enqueued yet."""
    now = runtime.clock.now().astimezone(PARIS)
    opening = datetime.combine(now.date(), DIGEST_TIME, PARIS)
    if now < opening or not is_working_day(now.date()):
        return
    while await _enqueue_some(runtime, now.date(), opening) == AT_ONCE:
        pass


async def find_wish(runtime: Runtime, token: str) -> bool:
    """Return whether the agent of a mailed link wants the digest. Raises LinkOverError."""
    wish = None
    if looks_like_token(token):
        wish = await queries.find_wish(runtime.db, token_hash(token))
    if wish is None:
        raise LinkOverError
    return wish


async def stop_by_link(runtime: Runtime, token: str) -> None:
    """Stop the digest of the agent of a mailed link; idempotent. Raises LinkOverError."""
    if not looks_like_token(token):
        raise LinkOverError
    async with runtime.db.transaction() as connection:
        if not await queries.stop_by_link(connection, token_hash(token)):
            raise LinkOverError
    log.info("digest stopped by its link")


async def choose(runtime: Runtime, agent_id: UUID, *, wanted: bool, command: Command) -> None:
    """Save whether the agent wants the digest. Raises AlreadyDoneError."""
    async with runtime.db.once(command) as connection:
        await queries.choose(connection, agent_id, wanted=wanted)
    log.info("digest chosen", agent=str(agent_id), wanted=wanted)


async def _enqueue_some(runtime: Runtime, today: date, opening: datetime) -> int:
    async with runtime.db.transaction() as connection:
        due = await queries.claim_due(connection, today, opening, AT_ONCE)
        for agent in due:
            email = AGENT_EMAIL.read(runtime.vault, agent.email, id=agent.id)
            if email is not None:
                await enqueue_mail(
                    runtime, connection, kind=DIGEST_MAIL, subject_id=agent.id, recipient=email
                )
    return len(due)
