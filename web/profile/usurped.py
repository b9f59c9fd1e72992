"""An account that someone opened with another person's number, closed by the service.

Its owner cannot activate theirs while it is there. Nothing that would prove later whose it was is
kept: its mailbox gets nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from web.accounts.history import Actor
from web.accounts.identity import Identity, nir_digest, open_identity
from web.core.runtime import Runtime
from web.profile import queries
from web.profile.service import AccountGoneError, end_account, hold_account

log = structlog.get_logger("profile")


@dataclass(frozen=True)
class Blocking:
    """The account a number has, for the operator who checks whose it is."""

    identity: Identity
    opened_at: datetime


async def find_account(runtime: Runtime, nir: str) -> Blocking:
    """The account that this number has. Raises AccountGoneError."""
    async with runtime.db.connection() as connection:
        row = await queries.find_account_of(connection, nir_digest(runtime.hasher, nir))
    if row is None:
        raise AccountGoneError
    identity = open_identity(runtime.vault, row.identity, f"account:{row.id}")
    return Blocking(identity, row.created_at)


async def close_usurped(runtime: Runtime, nir: str) -> None:
    """Close it at once: sessions, délégations and links end with it. Raises AccountGoneError."""
    async with runtime.db.transaction() as connection:
        row = await queries.find_account_of(connection, nir_digest(runtime.hasher, nir))
        if row is None:
            raise AccountGoneError
        held = await hold_account(runtime, connection, row.id)
        await end_account(runtime, connection, held, actor=Actor.SERVICE)
    log.info("usurped account closed", account=str(held.id))
