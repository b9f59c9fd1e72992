"""Queries on the mail queue, for the metrics."""

from __future__ import annotations

from web.core.db.connection import Connection, Record


async def get_waiting(connection: Connection) -> Record:
    """Count the mails neither sent nor held, with the age of the oldest in seconds."""
    row = await connection.fetchrow(
        """
        SELECT count(*) AS waiting,
               coalesce(extract(epoch FROM now() - min(due_at)), 0)::float
                   AS oldest,
               count(*) FILTER (WHERE is_ours) AS ours
        FROM mail WHERE status IN ('queued', 'retrying') AND due_at <= now()
        """
    )
    assert row is not None  # noqa: S101 - an aggregate has its row
    return row


async def list_not_sent(connection: Connection) -> list[Record]:
    """Count the mails of the last hour that a rate limit stopped, by kind and status."""
    return await connection.fetch(
        """
        SELECT kind, status, count(*) AS number FROM mail
        WHERE status IN ('limited', 'grouped') AND created_at > now() - interval '1 hour'
        GROUP BY kind, status
        """
    )
