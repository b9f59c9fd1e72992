"""The query that records the login of a titulaire."""

from __future__ import annotations

from uuid import UUID

from web.auth.login.service import TooManyLoginsError
from web.auth.sessions.login_queries import COMPLETED, CompletedLogin
from web.auth.sessions.titulaire import Titulaire
from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Limit

# Per account, since its last password reset: each login adds an event to a permanent history.
LOGINS_PER_DAY = Limit("logins per account and day", 100, DAY)


async def record_login(
    connection: Connection, owner: Titulaire, login: CompletedLogin
) -> tuple[UUID, bool]:
    """Record a complete login in the history, after the refused ones that are not there yet.

    Return the event's id, and whether the browser is new. Raises TooManyLoginsError.
    """
    row = await connection.fetchrow(
        f"""
        WITH {COMPLETED}, quota AS (
            SELECT count(*) < $7 AS is_left FROM event
            WHERE person_id = $6 AND kind = 'login' AND occurred_at > greatest(
                now() - make_interval(secs => $8),
                (SELECT max(occurred_at) FROM event
                 WHERE person_id = $6 AND kind = 'password_reset'
                   AND occurred_at > now() - make_interval(secs => $8)))
        ), refused AS (
            DELETE FROM refused_login USING person
            WHERE person.id = $6 AND refused_login.nir_digest = person.nir_digest
            RETURNING device, at
        ), added AS (
            SELECT 1 AS rank, 'login_refused' AS kind, 'unknown' AS actor, device,
                   CASE WHEN count(*) > 1 THEN count(*) || E'\\u00a0essais' ELSE '' END AS detail,
                   max(at) AS occurred_at
            FROM refused GROUP BY device
            UNION ALL SELECT 2, 'login', 'titulaire', $5, '', clock_timestamp()
            FROM quota WHERE is_left
        ), written AS (
            INSERT INTO event (person_id, kind, actor, device, detail, occurred_at)
            SELECT $6, kind, actor, device, detail, occurred_at FROM added
            ORDER BY rank, occurred_at
            RETURNING id, kind
        )
        SELECT id, is_new FROM written, device WHERE kind = 'login'
        """,  # noqa: S608
        *login.arguments,
        owner.person_id,
        LOGINS_PER_DAY.hits,
        LOGINS_PER_DAY.seconds,
    )
    if row is None:
        raise TooManyLoginsError(LOGINS_PER_DAY, LOGINS_PER_DAY.seconds)
    return row["id"], row["is_new"]
