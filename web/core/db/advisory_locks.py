"""Advisory locks for work done by one process at a time per database."""

from __future__ import annotations

import enum

from web.core.db.connection import Connection


@enum.unique
class AdvisoryLock(enum.IntEnum):
    """Keys of PostgreSQL advisory locks: arbitrary, but fixed and distinct."""

    MIGRATE = 7_261_041_001
    REQUEUE_MAILS = 7_261_041_002
    CREDIT_HOURS = 7_261_041_008
    ROTATE_KEYS = 7_261_041_009
    IMPORT_CATALOGUE = 7_261_041_010
    SEAL_HISTORIES = 7_261_041_011
    ENDED_DELEGATIONS = 7_261_041_012


async def lock_until_commit(connection: Connection, key: int) -> None:
    """Take an advisory lock, waiting for it, until the transaction ends.

    Being a statement of its own, the next one sees what the previous holder wrote.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", key)


async def try_lock_until_commit(connection: Connection, key: int) -> bool:
    """Take an advisory lock until the transaction ends; return False when another has it."""
    is_ours: bool = await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", key)
    return is_ours
