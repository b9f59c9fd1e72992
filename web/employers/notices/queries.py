"""Queries of the mails about délégations: their recipients and their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from web.core.db.connection import Connection
from web.delegations.queries import TODAY

# Beyond, no worker ran for too long: the end of the délégation is old news.
ANNOUNCED_DAYS = 7


@dataclass(frozen=True)
class Recipient:
    """An agent to inform; `email` is sealed."""

    id: UUID
    email: bytes


@dataclass(frozen=True)
class Granted:
    """The content of a mail about grants: the people, the first day of a délégation to come."""

    employer: str
    people: int
    starts_on: date | None


@dataclass(frozen=True)
class Ended:
    """The content of a mail about ends: the people."""

    employer: str
    people: int


async def lock_recipients(
    connection: Connection, delegation_id: UUID, kind: str
) -> list[Recipient]:
    """Return the agents of the employer of a délégation; none if this mail was enqueued before.

    An agent invited after a délégation ended is not informed of its end. The délégation is locked,
    by a statement of its own, so that this one sees what the previous holder enqueued.
    """
    await connection.execute(
        "SELECT FROM delegation WHERE id = $1 FOR NO KEY UPDATE", delegation_id
    )
    rows = await connection.fetch(
        f"""
        SELECT p.id, p.email FROM delegation d
        JOIN organisation o ON o.siret = d.siret AND o.kind = 'employer'
        JOIN professional p ON p.organisation_id = o.id
        JOIN login ON login.id = p.id
        WHERE d.id = $1 AND login.password_hash IS NOT NULL AND login.blocked_at IS NULL
          AND (d.revoked_at IS NULL OR p.invited_at < d.revoked_at)
          AND (d.ends_on IS NULL OR d.ends_on >= {TODAY}
               OR (p.invited_at AT TIME ZONE 'Europe/Paris')::date <= d.ends_on)
          AND NOT EXISTS (SELECT FROM mail WHERE subject_id = d.id AND kind = $2)
        ORDER BY p.id
        """,  # noqa: S608
        delegation_id,
        kind,
    )
    return [Recipient(**row) for row in rows]


async def list_ended(connection: Connection, kind: str, after: UUID, most: int) -> list[UUID]:
    """Return délégations that reached their last day lately and whose agents are not informed.

    At most `most`, by id, of those after that id.
    """
    rows = await connection.fetch(
        f"""
        SELECT d.id FROM delegation d
        WHERE d.id > $3 AND d.revoked_at IS NULL AND d.ends_on < {TODAY}
          AND d.ends_on >= {TODAY} - $2::int
          AND NOT EXISTS (SELECT FROM mail WHERE subject_id = d.id AND kind = $1)
          AND EXISTS (
            SELECT FROM organisation o JOIN professional p ON p.organisation_id = o.id
            JOIN login ON login.id = p.id
            WHERE o.siret = d.siret AND o.kind = 'employer'
              AND login.password_hash IS NOT NULL AND login.blocked_at IS NULL
              AND (p.invited_at AT TIME ZONE 'Europe/Paris')::date <= d.ends_on)
        ORDER BY d.id LIMIT $4
        """,  # noqa: S608
        kind,
        ANNOUNCED_DAYS,
        after,
        most,
    )
    return [row["id"] for row in rows]


async def count_granted(
    connection: Connection, delegation_ids: Sequence[UUID], email_digests: Sequence[bytes]
) -> Granted | None:
    """Return the content of a mail to an agent; None once the délégations ended.

    None too if the agent left or is blocked. `starts_on` is given only if none of them is in force
    yet.
    """
    row = await connection.fetchrow(
        f"""
        SELECT o.name AS employer, count(DISTINCT d.person_id)::int AS people,
               CASE WHEN min(d.starts_on) > {TODAY} THEN min(d.starts_on) END AS starts_on
        FROM seen_delegation d
        JOIN organisation o ON o.siret = d.siret AND o.kind = 'employer'
        JOIN professional p ON p.organisation_id = o.id
        JOIN login ON login.id = p.id
        WHERE d.id = ANY ($1) AND p.email_digest = ANY ($2) AND login.blocked_at IS NULL
          AND d.revoked_at IS NULL
          AND (d.ends_on IS NULL OR d.ends_on >= {TODAY})
        GROUP BY o.id
        """,  # noqa: S608
        delegation_ids,
        email_digests,
    )
    return Granted(**row) if row else None


async def count_ended(
    connection: Connection, delegation_ids: Sequence[UUID], email_digests: Sequence[bytes]
) -> Ended | None:
    """Return the content of a mail to an agent; None if all were replaced.

    None too if the agent left or is blocked. A person who has granted the same employer another
    délégation since is not counted.
    """
    row = await connection.fetchrow(
        f"""
        SELECT o.name AS employer, count(DISTINCT d.person_id)::int AS people
        FROM delegation d
        JOIN organisation o ON o.siret = d.siret AND o.kind = 'employer'
        JOIN professional p ON p.organisation_id = o.id
        JOIN login ON login.id = p.id
        WHERE d.id = ANY ($1) AND p.email_digest = ANY ($2) AND login.blocked_at IS NULL
          AND NOT EXISTS (
            SELECT FROM delegation other
            WHERE other.person_id = d.person_id AND other.siret = d.siret
              AND other.revoked_at IS NULL
              AND (other.ends_on IS NULL OR other.ends_on >= {TODAY}))
        GROUP BY o.id
        """,  # noqa: S608
        delegation_ids,
        email_digests,
    )
    return Ended(**row) if row else None
