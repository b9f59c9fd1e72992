"""Closing, by the service, of an account opened with someone else's NIR.

While it exists, the owner of the NIR cannot activate an account. Nothing is kept that could later
prove whose it was, so that nothing is ever restored to its mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from web.auth.sessions.queries import AccountGoneError
from web.core.runtime import Runtime
from web.people.history.events import Actor
from web.people.identity import ACCOUNT_IDENTITY, Identity, nir_digest
from web.profile.closing import queries
from web.profile.closing.service import end_account
from web.profile.service import lock_account

log = structlog.get_logger("profile")


@dataclass(frozen=True)
class BlockingAccount:
    """The account of a NIR, for the operator who checks whose it is."""

    identity: Identity
    opened_at: datetime


async def get_account(runtime: Runtime, nir: str) -> BlockingAccount:
    """Return the account of this NIR. Raises AccountGoneError."""
    row = await queries.find_account_by_nir(runtime.db, nir_digest(runtime.hasher, nir))
    if row is None:
        raise AccountGoneError
    identity = ACCOUNT_IDENTITY.open(runtime.vault, row.identity, id=row.id)
    return BlockingAccount(identity, row.created_at)


async def close_usurped(runtime: Runtime, nir: str) -> None:
    """Close it at once, with its sessions, délégations and links. Raises AccountGoneError."""
    async with runtime.db.transaction() as connection:
        row = await queries.find_account_by_nir(connection, nir_digest(runtime.hasher, nir))
        if row is None:
            raise AccountGoneError
        account = await lock_account(runtime, connection, row.id)
        await end_account(runtime, connection, account, actor=Actor.SERVICE)
    log.info("usurped account closed", account=str(account.id))
