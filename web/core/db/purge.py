"""Purge of the expired rows of core tables."""

from __future__ import annotations

from web.core.db.connection import Connection
from web.core.ops.observations import purge_observations

SETTLED_MAIL_DAYS = 60
UNREACHABLE_DAYS = 365


async def purge_core(connection: Connection) -> None:
    """Delete expired idempotency keys, settled mails, refusals, job logs, observations, limits."""
    await connection.execute("DELETE FROM carried_out WHERE created_at < now() - interval '1 day'")
    await connection.execute(
        """
        DELETE FROM mail
        WHERE status NOT IN ('queued', 'retrying')
          AND created_at < now() - make_interval(days => $1)
        """,
        SETTLED_MAIL_DAYS,
    )
    # The mails of a year say whether an address still refuses them.
    await connection.execute(
        "DELETE FROM unreachable_address WHERE refused_at < now() - make_interval(days => $1)",
        UNREACHABLE_DAYS,
    )
    await connection.execute("DELETE FROM pgqueuer_log WHERE created < now() - interval '7 days'")
    await purge_observations(connection)
    # Last, and skipping locked rows: an attempt locks several, in another order.
    await connection.execute(
        """
        DELETE FROM rate_limit WHERE bucket IN (
            SELECT bucket FROM rate_limit WHERE window_end < now() FOR UPDATE SKIP LOCKED
        )
        """
    )
