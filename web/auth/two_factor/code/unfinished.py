"""Notices of logins that had the right password but no right code: the password may be stolen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from web.auth.kinds import AccountKind, AnyOwner, SecurityEvent
from web.auth.sessions.login_queries import take_unfinished
from web.core.crypto.vault import Vault
from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Limit
from web.core.runtime import Runtime
from web.people.history.events import TooManyEventsError

MAILS_PER_DAY = Limit("mails about logins without a code per account", 1, DAY)

FindOwner = Callable[[Connection, Vault, UUID], Awaitable[AnyOwner | None]]


async def note_no_code(
    runtime: Runtime,
    connection: Connection,
    kind: AccountKind[AnyOwner],
    owner: AnyOwner,
    event: SecurityEvent,
    device: str,
    occurred_at: datetime | None = None,
) -> None:
    """Record a refused or missing code; notify the owner by mail of the first one each day.

    Past the daily limit of events, nothing is recorded. Call it in a transaction.
    """
    with suppress(TooManyEventsError):
        event_id = await kind.record(connection, owner, event, device, occurred_at)
        if await runtime.limits.hit_in(connection, MAILS_PER_DAY, str(owner.login_id)):
            await kind.send(runtime, connection, owner, event, event_id)


async def notify_unfinished(
    runtime: Runtime, kind: AccountKind[AnyOwner], find_owner: FindOwner[AnyOwner]
) -> None:
    """Notify the owners of logins that stopped before the code (worker job)."""
    while await _notify_one(runtime, kind, find_owner):
        pass


async def _notify_one(
    runtime: Runtime, kind: AccountKind[AnyOwner], find_owner: FindOwner[AnyOwner]
) -> bool:
    """Process one such login; return False when there is none left.

    No notice is sent when a code was typed later from the same kind of device: a refused code has
    a notice of its own, and a right one means that the login was completed in another tab.
    """
    async with runtime.db.transaction() as connection:
        login = await take_unfinished(connection, kind.name)
        if login is None:
            return False
        owner = await find_owner(connection, runtime.vault, login.login_id)
        device, at = login.device, login.created_at
        if owner and not await kind.has_typed_code(connection, owner, device, at):
            event = SecurityEvent.SECOND_FACTOR_MISSING
            await note_no_code(runtime, connection, kind, owner, event, device, at)
    return True
