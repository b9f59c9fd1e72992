"""Queries on the answers to challenges."""

from __future__ import annotations

from datetime import datetime

from web.core.db.connection import Connection


async def insert_attempt(
    connection: Connection, challenge_digest: bytes, *, passed: bool
) -> datetime | None:
    """Record the answer to a challenge; return its time, or None when it was answered before."""
    answered_at: datetime | None = await connection.fetchval(
        """
        INSERT INTO captcha_attempt (challenge_digest, passed) VALUES ($1, $2)
        ON CONFLICT (challenge_digest) DO NOTHING RETURNING created_at
        """,
        challenge_digest,
        passed,
    )
    return answered_at


async def delete_attempts(connection: Connection, older_than_seconds: int) -> None:
    """Delete the answers that are older than this."""
    await connection.execute(
        "DELETE FROM captcha_attempt WHERE created_at < now() - make_interval(secs => $1)",
        older_than_seconds,
    )
