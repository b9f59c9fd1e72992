"""Queries on the histories: one more event, and the checks that none was altered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.core.rate_limit import Limit


async def insert_event(
    connection: Connection,
    person_id: UUID,
    kind: str,
    *,
    actor: str,
    actor_name: str,
    device: str,
    detail: str,
    occurred_at: datetime | None,
    limit: Limit,
    limited_alone: Sequence[str],
) -> UUID | None:
    """Add one event and return its id; None when its actor has reached the limit.

    An event of a kind in `limited_alone` counts with those of its kind, another with all others.
    """
    event_id: UUID | None = await connection.fetchval(
        """
        INSERT INTO event (person_id, kind, actor, actor_name, device, detail, occurred_at)
        SELECT $1, $2, $3, $4, $5, $6, coalesce($7, clock_timestamp())
        WHERE (
            SELECT count(*) < $10 FROM event
            WHERE person_id = $1 AND occurred_at > now() - make_interval(secs => $11)
              AND actor = $3 AND actor_name = $4
              AND CASE WHEN $9 THEN kind = $2 ELSE kind <> ALL ($8) END
        )
        RETURNING id
        """,
        person_id,
        kind,
        actor,
        actor_name,
        device,
        detail,
        occurred_at,
        limited_alone,
        kind in limited_alone,
        limit.hits,
        limit.seconds,
    )
    return event_id


async def count_broken_histories(connection: Connection) -> int:
    """Count the people whose histories were altered: a row changed, added, moved or missing."""
    broken: int = await connection.fetchval(
        """
        WITH linked AS (
            SELECT e.person_id, e.position, e.hash,
                   event_hash(lag(e.hash, 1, ''::bytea) OVER chain, e) AS expected,
                   row_number() OVER chain AS rank
            FROM event e WINDOW chain AS (PARTITION BY e.person_id ORDER BY e.position)
        ), found AS (
            SELECT person_id, max(position) AS position,
                   (array_agg(hash ORDER BY position DESC))[1] AS hash,
                   bool_and(hash = expected AND position = rank) AS is_whole
            FROM linked GROUP BY person_id
        )
        SELECT count(*) FROM found FULL JOIN event_head USING (person_id)
        WHERE is_whole IS NOT TRUE
           OR found.position IS DISTINCT FROM event_head.position
           OR found.hash IS DISTINCT FROM event_head.hash
        """
    )
    return broken


async def count_moved_histories(connection: Connection) -> int:
    """Count the people whose histories no longer match their account and their NIR.

    Each event records the account and the NIR of its person, except events older than that rule.
    The last activation or closing tells whether the person should have an account at all.
    """
    moved: int = await connection.fetchval(
        """
        WITH status AS (
            SELECT DISTINCT ON (person_id) person_id, kind = 'account_activated' AS is_open
            FROM event WHERE kind IN ('account_activated', 'account_closed')
            ORDER BY person_id, position DESC
        ), noted AS (
            SELECT DISTINCT ON (person_id) person_id, account_id FROM event
            WHERE account_id IS NOT NULL ORDER BY person_id, position DESC
        ), numbered AS (
            SELECT DISTINCT ON (person_id) person_id, nir_digest FROM event
            WHERE nir_digest IS NOT NULL ORDER BY person_id, position DESC
        )
        SELECT count(*) FROM (
            SELECT person_id FROM account FULL JOIN status USING (person_id)
            WHERE (account.id IS NOT NULL) IS DISTINCT FROM coalesce(is_open, false)
            UNION SELECT person_id FROM account JOIN noted USING (person_id)
            WHERE account.id <> noted.account_id
            UNION SELECT person_id FROM event WHERE account_id IN (
                SELECT account_id FROM event GROUP BY account_id
                HAVING count(DISTINCT person_id) > 1)
            UNION SELECT person_id FROM numbered JOIN person ON person.id = person_id
            WHERE person.nir_digest <> numbered.nir_digest
        ) AS moved
        """
    )
    return moved
