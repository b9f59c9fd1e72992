"""Queries on the changes of address that the service was asked for, and on their links."""

from __future__ import annotations

from uuid import UUID

from web.assistance.email_change.records import (
    LinkPurpose,
    ServiceChange,
    ServiceLink,
    State,
)
from web.auth.logins import LoginKind
from web.core.db.connection import Connection, Record

# Days during which a change that has ended still explains its links.
REMEMBERED_DAYS = 60


_CHANGE = """
    c.id, c.login_id, login.kind, c.email, c.from_digest, c.reason, c.asked_at, c.due_at,
    c.expires_at, c.confirmed_at, c.ended_as, c.due_at <= now() AS is_due,
    c.expires_at <= now() AS is_expired
"""


def _change(row: Record | None) -> ServiceChange | None:
    if row is None or row["id"] is None:
        return None
    return ServiceChange(**{**row, "kind": LoginKind(row["kind"])})


async def find_change(connection: Connection, change_id: UUID) -> ServiceChange | None:
    """Return a change; None once its account is closed."""
    row = await connection.fetchrow(
        f"""
        SELECT {_CHANGE} FROM service_email_change c JOIN login ON login.id = c.login_id
        WHERE c.id = $1
        """,  # noqa: S608
        change_id,
    )
    return _change(row)


async def find_pending(connection: Connection, login_id: UUID) -> ServiceChange | None:
    """Return the change of a login that has not ended."""
    row = await connection.fetchrow(
        f"""
        SELECT {_CHANGE} FROM service_email_change c JOIN login ON login.id = c.login_id
        WHERE c.login_id = $1 AND c.ended_as IS NULL
        """,  # noqa: S608
        login_id,
    )
    return _change(row)


async def find_latest(connection: Connection, login_id: UUID) -> ServiceChange | None:
    """Return the change of a login that was asked for last, in any state."""
    row = await connection.fetchrow(
        f"""
        SELECT {_CHANGE} FROM service_email_change c JOIN login ON login.id = c.login_id
        WHERE c.login_id = $1 ORDER BY c.asked_at DESC LIMIT 1
        """,  # noqa: S608
        login_id,
    )
    return _change(row)


async def insert_change(
    connection: Connection,
    *,
    change_id: UUID,
    login_id: UUID,
    email: bytes,
    email_digest: bytes,
    from_digest: bytes,
    reason: str,
    due_days: int,
    expiry_days: int,
) -> None:
    """Insert a change; the earlier one of the same login must have ended."""
    await connection.execute(
        """
        INSERT INTO service_email_change
            (id, login_id, email, email_digest, from_digest, reason, due_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7),
                now() + make_interval(days => $8))
        """,
        change_id,
        login_id,
        email,
        email_digest,
        from_digest,
        reason,
        due_days,
        expiry_days,
    )


async def mark_confirmed(connection: Connection, change_id: UUID) -> None:
    """Mark the new address as confirmed."""
    await connection.execute(
        "UPDATE service_email_change SET confirmed_at = now() WHERE id = $1", change_id
    )


async def end_change(connection: Connection, change_id: UUID, state: State) -> None:
    """End a change in this state."""
    await connection.execute(
        "UPDATE service_email_change SET ended_as = $2, ended_at = now() WHERE id = $1",
        change_id,
        state.value,
    )


async def list_to_settle(connection: Connection) -> list[UUID]:
    """Return the changes to carry out or to end: confirmed and due, or expired."""
    rows = await connection.fetch(
        """
        SELECT id FROM service_email_change
        WHERE ended_as IS NULL
          AND CASE WHEN confirmed_at IS NULL THEN expires_at ELSE due_at END <= now()
        ORDER BY due_at
        """
    )
    return [row["id"] for row in rows]


async def purge_changes(connection: Connection) -> None:
    """Delete the changes that ended more than REMEMBERED_DAYS ago."""
    await connection.execute(
        "DELETE FROM service_email_change WHERE ended_at < now() - make_interval(days => $1)",
        REMEMBERED_DAYS,
    )


async def change_agent_email(
    connection: Connection, agent_id: UUID, email_digest: bytes, email: bytes
) -> bool:
    """Update the address of an agent; return False if another agent has it."""
    done: bool = await connection.fetchval(
        "SELECT change_agent_email($1, $2, $3)", agent_id, email_digest, email
    )
    return done


async def is_address_taken(
    connection: Connection, kind: LoginKind, email_digests: tuple[bytes, bytes]
) -> bool:
    """Return whether an account of this kind has this address."""
    taken: bool = await connection.fetchval(
        """
        SELECT CASE $1 WHEN 'agent'
            THEN EXISTS (SELECT FROM professional WHERE email_digest = ANY ($2::bytea[]))
            ELSE EXISTS (SELECT FROM account WHERE email_digest = ANY ($2::bytea[])) END
        """,
        kind.value,
        email_digests,
    )
    return taken


async def add_link(
    connection: Connection,
    token_digest: bytes,
    purpose: LinkPurpose,
    change: ServiceChange,
) -> None:
    """Insert the token of a link; the state of the change says whether it works."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, $4)
        """,
        token_digest,
        purpose.value,
        change.id,
        change.expires_at,
    )


async def find_link(
    connection: Connection, token_digest: bytes, purpose: LinkPurpose
) -> ServiceLink | None:
    """Return the link of a token."""
    row = await connection.fetchrow(
        f"""
        SELECT {_CHANGE} FROM bearer_token t
        LEFT JOIN service_email_change c ON c.id = t.subject_id
        LEFT JOIN login ON login.id = c.login_id
        WHERE t.token_digest = $1 AND t.purpose = $2
        """,  # noqa: S608
        token_digest,
        purpose.value,
    )
    return ServiceLink(_change(row)) if row else None
