"""An estimate of the database's clock, corrected every minute.

The times on a page must be consistent between machines (how long a security check stays valid)
without a query: the local clock is used, corrected by its last measured offset from the database's.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta

from web.core.clock import PARIS, Clock
from web.core.db.database import Database, DatabaseUnavailableError

COMPARED_EVERY_SECONDS = 60


class DatabaseTime:
    """The local clock, and its offset from the database's."""

    def __init__(self, clock: Clock, db: Database) -> None:
        self._clock = clock
        self._db = db
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the database's time, to within some milliseconds."""
        return self._clock.now() + self._ahead

    def today(self) -> date:
        """Return the date in Europe/Paris by the database's clock."""
        return self.now().astimezone(PARIS).date()

    async def synchronise(self) -> None:
        """Measure the offset. Raises DatabaseUnavailableError."""
        # A block, so that the wait for a connection is not measured.
        async with self._db.connection() as connection:
            before = self._clock.now()
            database_now: datetime = await connection.fetchval("SELECT clock_timestamp()")
            local_now = before + (self._clock.now() - before) / 2
        self._ahead = database_now - local_now

    async def keep_synchronised(self) -> None:
        """Measure the offset every minute; keep the last one while the database is unavailable."""
        while True:
            with suppress(DatabaseUnavailableError):
                await self.synchronise()
            await asyncio.sleep(COMPARED_EVERY_SECONDS)
