"""The jobs that a worker carries out, and what it does about them when it loses its connection.

The queue sends heartbeats, and puts back what has to be tried again, over one connection. When that
connection dies, a job can be marked as picked up although nobody carries it out: the answer to its
own pick-up was lost, or the queue could not put it back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from uuid import UUID

import structlog

from web.core.db.connection import Connection
from web.core.db.database import Database, DatabaseUnavailableError
from web.core.jobs import queries

log = structlog.get_logger("worker")


class JobsUnderWay:
    """The jobs of one worker, from one connection to the next."""

    def __init__(self, db: Database, heartbeat: timedelta) -> None:
        self._db = db
        self._seconds = heartbeat.total_seconds() / 2
        self._ids: set[int] = set()
        self._manager_id: UUID | None = None

    @asynccontextmanager
    async def keep(self, job_id: int) -> AsyncIterator[None]:
        """Keep a job from other workers, by heartbeats over the pool.

        The queue's own stop when its connection dies, and another worker would consider this one
        dead and send a duplicate.
        """
        self._ids.add(job_id)
        beating = asyncio.create_task(self._beat(job_id))
        try:
            yield
        finally:
            beating.cancel()
            self._ids.discard(job_id)

    async def resume(self, connection: Connection, manager_id: UUID) -> None:
        """Queue again what was picked up over the last connection and is not under way.

        `manager_id` is the name under which the queue picks up jobs from now on.
        """
        if self._manager_id is not None:
            number = await queries.release(connection, self._manager_id, self._ids)
            if number:
                log.info("jobs queued again", number=number)
        self._manager_id = manager_id

    async def _beat(self, job_id: int) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            with suppress(DatabaseUnavailableError):
                await queries.refresh_heartbeat(self._db, job_id)
