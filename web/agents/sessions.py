"""The agent of a session."""

from __future__ import annotations

from web.agents.records import AGENT_EMAIL, Agent, Kind
from web.auth.sessions.queries import ABSOLUTE_HOURS, ENDS_AT, IDLE_MINUTES, IS_LIVE
from web.core.crypto.vault import Vault
from web.core.db.database import Database


async def find_agent(
    db: Database, vault: Vault, token_digest: bytes, *, complete: bool = True
) -> Agent | None:
    """Return the agent of a live session; the same statement updates its last activity.

    With `complete=True`, the login must be complete; with `complete=False`, it must not be. That of
    an organisme's agent is complete only with a second factor.
    """
    row = await db.fetchrow(
        f"""
        UPDATE session AS s SET last_seen_at = now()
        FROM professional p JOIN organisation o ON o.id = p.organisation_id
        JOIN login l ON l.id = p.id
        WHERE s.token_digest = $1 AND p.id = s.login_id AND {IS_LIVE}
          AND $4 = (s.is_complete AND (l.totp_confirmed_at IS NOT NULL OR o.kind <> 'organisme'))
        RETURNING p.id, p.email, p.organisation_id, o.name AS organisation_name, o.siret, o.kind,
                  l.totp_confirmed_at IS NOT NULL AS has_second_factor, s.id AS session_id,
                  {ENDS_AT} AS ends_at
        """,  # noqa: S608
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
        complete,
    )
    if row is None:
        return None
    email = AGENT_EMAIL.open(vault, row["email"], id=row["id"])
    kind = Kind(row["kind"])
    return Agent(**{**row, "email": email, "kind": kind, "may_enter": complete})
