"""The query that records the login of a titulaire."""

from __future__ import annotations

from uuid import UUID

from web.auth.login.service import TooManyLoginsError
from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Limit

# Per account, since its last password reset: each login adds an event to a permanent history.
LOGINS_PER_DAY = Limit("logins per account and day", 100, DAY)


async def record_login(connection: Connection, person_id: UUID, device: str) -> UUID:
    """Record the login in the history, after the refused logins that are not there yet.

    Returns the event's id. Raises TooManyLoginsError.
    """
    rows = await connection.fetch(
        """
        WITH quota AS (
            SELECT count(*) < $3 AS is_left FROM event
            WHERE person_id = $1 AND kind = 'login' AND occurred_at > greatest(
                now() - make_interval(secs => $4),
                (SELECT max(occurred_at) FROM event
                 WHERE person_id = $1 AND kind = 'password_reset'
                   AND occurred_at > now() - make_interval(secs => $4)))
        ), refused AS (
            DELETE FROM refused_login USING person
            WHERE person.id = $1 AND refused_login.nir_digest = person.nir_digest
            RETURNING device, at
        ), added AS (
            SELECT 1 AS rank, 'login_refused' AS kind, 'unknown' AS actor, device,
                   CASE WHEN count(*) > 1 THEN count(*) || E'\\u00a0essais' ELSE '' END AS detail,
                   max(at) AS occurred_at
            FROM refused GROUP BY device
            UNION ALL SELECT 2, 'login', 'titulaire', $2, '', clock_timestamp()
            FROM quota WHERE is_left
        )
        INSERT INTO event (person_id, kind, actor, device, detail, occurred_at)
        SELECT $1, kind, actor, device, detail, occurred_at FROM added ORDER BY rank, occurred_at
        RETURNING id, kind
        """,
        person_id,
        device,
        LOGINS_PER_DAY.hits,
        LOGINS_PER_DAY.seconds,
    )
    for row in rows:
        if row["kind"] == "login":
            event_id: UUID = row["id"]
            return event_id
    raise TooManyLoginsError(LOGINS_PER_DAY, LOGINS_PER_DAY.seconds)
