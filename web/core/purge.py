"""Clearing of the shared mechanisms' own rows."""

from __future__ import annotations

from web.core.db import Connection
from web.core.observations import purge_observations


async def purge_core(connection: Connection) -> None:
    """Limits whose window is over, requests nobody repeats any more, mails long settled."""
    await connection.execute("DELETE FROM carried_out WHERE created_at < now() - interval '1 day'")
    await connection.execute(
        """
        DELETE FROM mail
        WHERE status NOT IN ('queued', 'retrying') AND created_at < now() - interval '60 days'
        """
    )
    await connection.execute("DELETE FROM pgqueuer_log WHERE created < now() - interval '7 days'")
    await purge_observations(connection)
    # Last, and without those an attempt holds: attempts lock several, in an order of their own.
    await connection.execute(
        """
        DELETE FROM rate_limit WHERE bucket IN (
            SELECT bucket FROM rate_limit WHERE window_end < now() FOR UPDATE SKIP LOCKED
        )
        """
    )
