"""Reads that may be a moment old: from a replica, where there is one that keeps up.

Only for what its reader has not just written: the catalogue, older pages of a history.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import structlog

from web.core.db.connection import Connection
from web.core.db.database import Database, DatabaseUnavailableError

T = TypeVar("T")
log = structlog.get_logger("replica")
# The state of the replica is read again this often, while it is asked for anything. A state twice
# as old counts for nothing.
CHECK_SECONDS = 2.0
# A replica further behind is not asked.
LATEST_SECONDS = 10
# Reads on a replica are short: one that is silent for longer is given up, and the primary asked.
SILENCE_SECONDS = 3.0
# Only a standby that receives the log of its primary knows whether it is late.
KEEPS_UP = f"""
    SELECT EXISTS (SELECT FROM pg_stat_wal_receiver)
        AND (
            pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
            OR now() - pg_last_xact_replay_timestamp() < interval '{LATEST_SECONDS} s'
        )"""  # noqa: S608 - a number of ours
# A replica may also cancel a statement that is in the way of what it receives, or have another
# schema for a moment: the primary answers then.
FAILURES = (DatabaseUnavailableError, asyncpg.PostgresError)


async def is_standby(connection: Connection) -> bool:
    """Return whether a server follows another one."""
    found: bool = await connection.fetchval("SELECT pg_is_in_recovery()")
    return found


class Reads:
    """The database to read from: the replica at `url` while it keeps up, else `db`."""

    def __init__(self, db: Database, url: str | None) -> None:
        self._db = db
        self._replica = (
            Database(url, silence_seconds=SILENCE_SECONDS, may_be_read_only=True) if url else None
        )
        self._keeps_up = False
        self._kept_up_at = self._checked_at = -math.inf
        self._check: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Open the replica's pool; no connection is opened yet."""
        if self._replica is not None:
            await self._replica.connect()

    async def disconnect(self) -> None:
        """Close the replica's pool."""
        if self._check is not None:
            self._check.cancel()
            await asyncio.gather(self._check, return_exceptions=True)
        if self._replica is not None:
            await self._replica.disconnect()

    async def read(self, ask: Callable[[Database], Awaitable[T]]) -> T:
        """Return the result of `ask`, which only reads; it may be called twice.

        Raises DatabaseUnavailableError when the primary does.
        """
        replica = self._usable_replica()
        if replica is not None:
            try:
                return await ask(replica)
            except FAILURES as error:
                self._note(keeps_up=False, reason=type(error).__name__)
        return await ask(self._db)

    def _usable_replica(self) -> Database | None:
        """Return the replica if it kept up a moment ago; check it, for later calls."""
        if self._replica is None:
            return None
        now = asyncio.get_running_loop().time()
        if now - self._checked_at >= CHECK_SECONDS and (self._check is None or self._check.done()):
            self._checked_at = now
            # Nobody waits for it: a replica may be silent.
            self._check = asyncio.create_task(self._check_replica(self._replica))
        is_recent = now - self._kept_up_at < 2 * CHECK_SECONDS
        return self._replica if self._keeps_up and is_recent else None

    async def _check_replica(self, replica: Database) -> None:
        try:
            keeps_up = bool(await replica.fetchval(KEEPS_UP))
        except FAILURES as error:
            self._note(keeps_up=False, reason=type(error).__name__)
        else:
            self._note(keeps_up=keeps_up, reason="" if keeps_up else "late or not a standby")

    def _note(self, *, keeps_up: bool, reason: str) -> None:
        """Remember the state of the replica; log each change."""
        if keeps_up:
            self._kept_up_at = asyncio.get_running_loop().time()
        if keeps_up != self._keeps_up:
            self._keeps_up = keeps_up
            log.warning("reads from the replica", used=keeps_up, reason=reason)
