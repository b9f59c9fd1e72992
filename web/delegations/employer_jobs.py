"""Background jobs that inform an employer's agents about a délégation.

Agents belong to a feature above this one: a délégation only enqueues the job, in the transaction
that grants or ends it, and the worker finds the agents (`web.employers.notices`).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from web.core.db.connection import Connection
from web.core.mail.outgoing import enqueue_job

GRANTED_JOB = "notify-employer-of-grant"
ENDED_JOB = "notify-employer-of-end"


async def announce_grant(connection: Connection, delegation_id: UUID) -> None:
    """Have the employer's agents informed that they were granted a délégation."""
    await enqueue_job(connection, GRANTED_JOB, delegation_id)


async def announce_ends(connection: Connection, delegation_ids: Iterable[UUID]) -> None:
    """Have the employers' agents informed that these délégations ended."""
    for delegation_id in delegation_ids:
        await enqueue_job(connection, ENDED_JOB, delegation_id)
