"""The agent of a session."""

from __future__ import annotations

from web.agents.records import AGENT_EMAIL, Agent, Kind
from web.auth.sessions.queries import ABSOLUTE_HOURS, ENDS_AT, IDLE_MINUTES, IS_LIVE
from web.core.crypto.vault import Vault
from web.core.db.database import Database


async def find_agent(db: Database, vault: Vault, token_digest: bytes) -> Agent | None:
    """Return the agent of a live session; the same statement refreshes its last activity."""
    row = await db.fetchrow(
        f"""
        UPDATE session AS s SET last_seen_at = now()
        FROM professional p JOIN organisation o ON o.id = p.organisation_id
        JOIN login l ON l.id = p.id
        WHERE s.token_digest = $1 AND p.id = s.login_id AND {IS_LIVE}
        RETURNING p.id, p.email, p.organisation_id, o.name AS organisation_name, o.siret, o.kind,
                  l.totp_confirmed_at IS NOT NULL AS has_second_factor, s.is_complete,
                  s.id AS session_id, {ENDS_AT} AS ends_at
        """,  # noqa: S608
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
    if row is None:
        return None
    email = AGENT_EMAIL.open(vault, row["email"], id=row["id"])
    return Agent(**{**row, "email": email, "kind": Kind(row["kind"])})
