"""Queries on the jobs of the queue, whose table is PgQueuer's."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from web.core.db.connection import Connection


async def refresh_heartbeats(connection: Connection) -> None:
    """Refresh the heartbeats of all the jobs under way, those of other workers included."""
    await connection.execute("UPDATE pgqueuer SET heartbeat = now() WHERE status = 'picked'")


async def refresh_heartbeat(connection: Connection, job_id: int) -> None:
    """Refresh the heartbeat of one job."""
    await connection.execute("UPDATE pgqueuer SET heartbeat = now() WHERE id = $1", job_id)


async def release(connection: Connection, manager_id: UUID, except_for: Collection[int]) -> int:
    """Queue again the jobs that a queue manager has picked up, except for some; return how many."""
    rows = await connection.fetch(
        """
        UPDATE pgqueuer
        SET status = 'queued', updated = now(), queue_manager_id = NULL
        WHERE status = 'picked' AND queue_manager_id = $1 AND id <> ALL($2::bigint[])
        RETURNING id
        """,
        manager_id,
        list(except_for),
    )
    return len(rows)


async def requeue_failed(connection: Connection) -> None:
    """Queue again the jobs that the queue marked as failed."""
    await connection.execute(
        """
        UPDATE pgqueuer
        SET status = 'queued', execute_after = now(), updated = now(), queue_manager_id = NULL
        WHERE status = 'failed'
        """
    )
