"""Sessions of titulaires and agents: rows found by the digest of the browser's token.

The guard of each kind of account joins its own table: a session of the other kind gives no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.auth.sessions.rules import RECENT_MINUTES
from web.core.db.connection import Connection

IDLE_MINUTES = 30
ABSOLUTE_HOURS = 12
REMEMBERED_HOURS = 2 * ABSOLUTE_HOURS
# The last activity is written at most once in this time: reading a page seldom writes anything.
TOUCH_SECONDS = 60
# The last action may be TOUCH_SECONDS later than `last_seen_at`, hence the idle limit too: no
# session ends before its pages say so.
EXPIRED = f"now() - interval '{IDLE_MINUTES * 60 + TOUCH_SECONDS} seconds'"
# Of a live session `s`.
IS_LIVE = f"""s.last_seen_at > {EXPIRED}
          AND s.created_at > now() - interval '{ABSOLUTE_HOURS} hours'"""
# Its absolute end, once that is nearer than the idle timeout.
ENDS_AT = f"""CASE WHEN s.created_at + interval '{ABSOLUTE_HOURS} hours'
                           < now() + interval '{IDLE_MINUTES} minutes'
                       THEN s.created_at + interval '{ABSOLUTE_HOURS} hours' END"""
# Whether the password of a session `s` is recent. Neither its code nor an extension makes it so.
IS_RECENT = f"s.password_at > now() - interval '{RECENT_MINUTES} minutes'"
# Of a session `found`, whose column `session_id` is its id. The commit is not waited for: whoever
# loses it in a crash logs in again, and finds the form that they send then. Never to be run within
# a transaction, which would not wait either. The conditions are checked again once the row is
# locked: a session that expired meanwhile stays so.
TOUCH = f"""
    UPDATE session AS s SET last_seen_at = now() FROM found
    WHERE s.id = found.session_id AND {IS_LIVE}
      AND s.last_seen_at < now() - interval '{TOUCH_SECONDS} seconds'
    RETURNING set_config('synchronous_commit', 'off', true)"""  # noqa: S608


class SessionOverError(Exception):
    """The session ended meanwhile: a guard redirects to the login."""


class AccountGoneError(SessionOverError):
    """The account was closed meanwhile, which ended its sessions."""


@dataclass(frozen=True)
class LiveSession:
    """An open session; pages name it by `id`, never by its token.

    The last action was at most TOUCH_SECONDS after `last_seen_at`.
    """

    id: UUID
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this_one: bool


async def has_live_session(connection: Connection, token_digest: bytes) -> bool:
    """Return whether a titulaire or an agent is signed in under this token."""
    found: bool = await connection.fetchval(
        f"SELECT EXISTS (SELECT FROM session s WHERE token_digest = $1 AND {IS_LIVE})",  # noqa: S608
        token_digest,
    )
    return found


async def end_session_at_logout(
    connection: Connection, token_digest: bytes, ended_digest: bytes, device: str
) -> None:
    """End the session of this token; a cookie replayed afterwards finds nothing.

    Like an expired session, it stays for a while under `ended_digest`, so that a form of its pages,
    sent too late, can find its account. A titulaire's history records the logout, unless the
    session had already expired. A session whose login was never completed only expires, so that its
    owner is notified of it (`take_unfinished`).
    """
    await connection.execute(
        f"""
        WITH expired AS (
            UPDATE session SET last_seen_at = {EXPIRED}
            WHERE token_digest = $1 AND NOT is_complete
        ), locked AS (
            SELECT login.id FROM login JOIN session s ON s.login_id = login.id
            WHERE s.token_digest = $1 FOR KEY SHARE OF login
        ), ended AS (
            DELETE FROM session s USING locked
            WHERE token_digest = $1 AND login_id = locked.id AND is_complete
            RETURNING login_id, s.device, s.created_at, s.password_at, {IS_LIVE} AS was_open
        ), remembered AS (
            INSERT INTO session
                (token_digest, login_id, device, is_complete, created_at, last_seen_at, password_at)
            SELECT $2, login_id, device, TRUE, created_at, {EXPIRED}, password_at
            FROM ended
        )
        INSERT INTO event (person_id, kind, actor, device)
        SELECT person_id, 'logout', 'titulaire', $3
        FROM account JOIN ended ON account.id = ended.login_id WHERE was_open
        """,  # noqa: S608
        token_digest,
        ended_digest,
        device,
    )


async def end_session(
    connection: Connection, login_id: UUID, session_id: UUID, device: str
) -> None:
    """End a session of this login, if there is one of this id; a titulaire's history records it."""
    await connection.execute(
        """
        WITH ended AS (
            DELETE FROM session WHERE id = $2 AND login_id = $1 RETURNING device
        )
        INSERT INTO event (person_id, kind, actor, device, detail)
        SELECT account.person_id, 'session_ended', 'titulaire', $3, ended.device
        FROM ended, account WHERE account.id = $1
        """,
        login_id,
        session_id,
        device,
    )


async def end_other_sessions(
    connection: Connection, login_id: UUID, kept: bytes, device: str
) -> None:
    """End all sessions of this login but one; a titulaire's history records how many were open."""
    await connection.execute(
        f"""
        WITH ended AS (
            DELETE FROM session s WHERE login_id = $1 AND token_digest <> $2
            RETURNING is_complete AND {IS_LIVE} AS was_open
        )
        INSERT INTO event (person_id, kind, actor, device, detail)
        SELECT account.person_id, 'other_sessions_ended', 'titulaire', $3, ended.number::text
        FROM (SELECT count(*) AS number FROM ended WHERE was_open) AS ended, account
        WHERE account.id = $1 AND ended.number > 0
        """,  # noqa: S608
        login_id,
        kept,
        device,
    )


async def revoke_sessions(
    connection: Connection, login_id: UUID, keep: bytes | None = None
) -> None:
    """End all sessions of a login, except `keep`, after an act that the history records itself."""
    await connection.execute(
        "DELETE FROM session WHERE login_id = $1 AND token_digest IS DISTINCT FROM $2",
        login_id,
        keep,
    )


async def lock_session(connection: Connection, login_id: UUID, session_id: UUID) -> None:
    """Lock the login and its session, for an act that its password has confirmed.

    A change of password meanwhile ended this session. Raises SessionOverError.
    """
    found = await connection.fetchrow(
        """
        SELECT FROM login JOIN session ON session.login_id = login.id
        WHERE login.id = $1 AND session.id = $2 FOR NO KEY UPDATE OF login, session
        """,
        login_id,
        session_id,
    )
    if found is None:
        raise SessionOverError


async def note_password(connection: Connection, session_id: UUID) -> None:
    """Record that the password of this session has just been typed again, and was right."""
    await connection.execute("UPDATE session SET password_at = now() WHERE id = $1", session_id)


async def list_live_sessions(
    connection: Connection, login_id: UUID, token_digest: bytes
) -> list[LiveSession]:
    """Return the open sessions of a login: this one first, then the most recently active."""
    rows = await connection.fetch(
        f"""
        SELECT id, device, created_at, last_seen_at, token_digest = $2 AS is_this_one
        FROM session s WHERE login_id = $1 AND is_complete AND {IS_LIVE}
        ORDER BY is_this_one DESC, last_seen_at DESC, id
        """,  # noqa: S608
        login_id,
        token_digest,
    )
    return [LiveSession(**row) for row in rows]


async def purge_sessions(connection: Connection) -> None:
    """Delete sessions REMEMBERED_HOURS old: until then a late form can find its account."""
    await connection.execute(
        "DELETE FROM session WHERE created_at < now() - make_interval(hours => $1)",
        REMEMBERED_HOURS,
    )
