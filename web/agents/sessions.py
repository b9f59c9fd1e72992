"""The agent of a session."""

from __future__ import annotations

from web.agents.records import AGENT_EMAIL, Agent, Kind
from web.auth.sessions.queries import ENDS_AT, IS_LIVE, IS_RECENT, TOUCH
from web.core.crypto.vault import Vault
from web.core.db.database import Database


async def find_agent(
    db: Database, vault: Vault, token_digest: bytes, *, complete: bool = True
) -> Agent | None:
    """Return the agent of a live session, and note the activity.

    With `complete=True`, the login must be complete; with `complete=False`, it must not be. That of
    an organisme's agent is complete only with a second factor.
    """
    row = await db.fetchrow(
        f"""
        WITH found AS (
            SELECT p.id, p.email, p.is_manager, p.organisation_id, o.name AS organisation_name,
                   o.siret, o.kind,
                   l.totp_confirmed_at IS NOT NULL AS has_second_factor, s.id AS session_id,
                   {ENDS_AT} AS ends_at, {IS_RECENT} AS has_recent_password,
                   EXISTS (SELECT FROM unreachable_address u
                           WHERE u.email_digest = p.email_digest) AS is_unreachable
            FROM session s JOIN professional p ON p.id = s.login_id JOIN login l ON l.id = p.id
            JOIN organisation o ON o.id = p.organisation_id
            WHERE s.token_digest = $1 AND {IS_LIVE} AND $2 = (
                s.is_complete AND (l.totp_confirmed_at IS NOT NULL OR o.kind <> 'organisme'))
        ), touched AS ({TOUCH})
        SELECT * FROM found
        """,  # noqa: S608
        token_digest,
        complete,
    )
    if row is None:
        return None
    email = AGENT_EMAIL.open(vault, row["email"], id=row["id"])
    kind = Kind(row["kind"])
    return Agent(**{**row, "email": email, "kind": kind, "may_enter": complete})
