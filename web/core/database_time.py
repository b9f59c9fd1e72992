"""The database's time, told without asking for it.

What a page shows may hold between machines (how long a security check is good) and yet cost no
statement: the web machine's clock serves, put right by how far it was from the database's when
they were last compared.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta

from web.core.clock import PARIS, Clock
from web.core.db import Database, DatabaseUnavailableError

COMPARED_EVERY_SECONDS = 60


class DatabaseTime:
    """The web machine's clock, and how far it is from the database's."""

    def __init__(self, clock: Clock, db: Database) -> None:
        self._clock = clock
        self._db = db
        self._ahead = timedelta()

    def now(self) -> datetime:
        """What the database's clock would say, to some milliseconds."""
        return self._clock.now() + self._ahead

    def today(self) -> date:
        """The date in Europe/Paris at that moment."""
        return self.now().astimezone(PARIS).date()

    async def compare(self) -> None:
        """Look at both clocks. Raises DatabaseUnavailableError."""
        async with self._db.connection() as connection:
            before = self._clock.now()
            theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
            ours = before + (self._clock.now() - before) / 2
        self._ahead = theirs - ours

    async def keep_comparing(self) -> None:
        """Every minute, for as long as the process serves; an absent database changes nothing."""
        while True:
            with suppress(DatabaseUnavailableError):
                await self.compare()
            await asyncio.sleep(COMPARED_EVERY_SECONDS)
