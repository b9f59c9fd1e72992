"""Queries on the links to choose a password.

A request is written in the same way whether the identifier has an account or not; the worker then
assigns it to the login. The token of a link is made when its mail is composed: the database has its
hash only.
"""

from __future__ import annotations

from uuid import UUID

from web.auth.logins import LoginKind
from web.auth.reset.links import (
    INVITATION_DAYS,
    LIFETIME_MINUTES,
    Deliverable,
    LinkRequest,
    LinkState,
    PasswordLink,
    Purpose,
)
from web.core.db.connection import Connection

TOKEN = "password-link"  # noqa: S105 - the purpose of a token
# A reset mail delayed for longer is dropped: nobody expects it by then.
REQUEST_HOURS = 24
REMEMBERED_DAYS = {LoginKind.TITULAIRE: 2, LoginKind.AGENT: 30}


async def add_link(
    connection: Connection,
    link_id: UUID,
    kind: LoginKind,
    identifier_digest: bytes,
    *,
    purpose: Purpose = Purpose.RESET,
    device: str = "",
) -> None:
    """Insert a link that is not assigned yet; `device` is the kind of device of the request."""
    await connection.execute(
        """
        INSERT INTO password_link (id, kind, purpose, identifier_digest, device)
        VALUES ($1, $2, $3, $4, $5)
        """,
        link_id,
        kind.value,
        purpose.value,
        identifier_digest,
        device,
    )


async def lock_request(connection: Connection, link_id: UUID) -> LinkRequest | None:
    """Lock and return a pending request; None once it is settled (a job run twice).

    Lock its login first: what voids links locks in that order.
    """
    row = await connection.fetchrow(
        """
        SELECT device, created_at AS asked_at FROM password_link
        WHERE id = $1 AND login_id IS NULL AND ended_as IS NULL FOR UPDATE
        """,
        link_id,
    )
    return LinkRequest(**row) if row else None


async def forget_request(connection: Connection, link_id: UUID) -> None:
    """Delete a request whose identifier has no account."""
    await connection.execute("DELETE FROM password_link WHERE id = $1", link_id)


async def assign_link(connection: Connection, link_id: UUID, login_id: UUID) -> None:
    """Assign the link to a login, which is locked.

    Its other links stay valid until one is used: anybody may ask for one, which must not void the
    link that the owner is about to open.
    """
    await connection.execute(
        "UPDATE password_link SET login_id = $2 WHERE id = $1", link_id, login_id
    )


async def replace_others(connection: Connection, link_id: UUID, login_id: UUID) -> None:
    """Void the other links of the login, so that only this one works."""
    await connection.execute(
        """
        UPDATE password_link SET ended_as = 'replaced'
        WHERE login_id = $1 AND ended_as IS NULL AND id <> $2
        """,
        login_id,
        link_id,
    )


async def find_deliverable(connection: Connection, link_id: UUID) -> Deliverable | None:
    """Return an assigned link, while its mail may still be sent."""
    row = await connection.fetchrow(
        """
        SELECT login_id, purpose FROM password_link
        WHERE id = $1 AND login_id IS NOT NULL AND ended_as IS NULL
          AND created_at > now() - make_interval(
            hours => CASE purpose WHEN 'invitation' THEN $2::int ELSE $3::int END)
        """,
        link_id,
        INVITATION_DAYS * 24,
        REQUEST_HOURS,
    )
    return Deliverable(row["login_id"], Purpose(row["purpose"])) if row else None


async def find_link(
    connection: Connection, kind: LoginKind, token_digest: bytes
) -> PasswordLink | None:
    """Return the link of a token; its expiry is judged by the database's clock.

    A titulaire's token outlives the link, whose page still says that it is too old.
    """
    row = await connection.fetchrow(
        """
        SELECT t.subject_id AS link_id, coalesce(l.purpose, 'reset') AS purpose, l.login_id,
               l.ended_as, t.expires_at <= now() AS is_expired
        FROM bearer_token t LEFT JOIN password_link l ON l.id = t.subject_id
        WHERE t.token_digest = $1 AND t.purpose = $2 AND coalesce(l.kind, 'titulaire') = $3
        """,
        token_digest,
        TOKEN,
        kind.value,
    )
    return PasswordLink(**{**row, "purpose": Purpose(row["purpose"])}) if row else None


async def add_token(
    connection: Connection, token_digest: bytes, link_id: UUID, purpose: Purpose
) -> None:
    """Insert a token to choose a password, with the lifetime of its purpose."""
    await connection.execute(
        """
        INSERT INTO bearer_token (token_digest, purpose, subject_id, expires_at)
        VALUES ($1, $2, $3, now() + make_interval(mins => $4))
        """,
        token_digest,
        TOKEN,
        link_id,
        LIFETIME_MINUTES[purpose],
    )


async def end_link(connection: Connection, link_id: UUID) -> None:
    """Mark the link as used, for all its tokens."""
    await connection.execute(
        "UPDATE password_link SET ended_as = 'used' WHERE id = $1 AND ended_as IS NULL", link_id
    )


async def void_links(
    connection: Connection,
    kind: LoginKind,
    identifier_digest: bytes,
    login_id: UUID,
    ended_as: LinkState,
) -> None:
    """Void the links of a login, mailed or still to be mailed.

    Lock the login first, so that a request being processed is found here.
    """
    await connection.execute(
        """
        UPDATE password_link SET ended_as = $4
        WHERE (login_id = $3 OR kind = $1 AND identifier_digest = $2) AND ended_as IS NULL
        """,
        kind.value,
        identifier_digest,
        login_id,
        ended_as.value,
    )


async def purge_links(connection: Connection) -> None:
    """Delete links older than REMEMBERED_DAYS."""
    await connection.execute(
        """
        DELETE FROM password_link USING unnest($1::text[], $2::int[]) AS kept (kind, days)
        WHERE password_link.kind = kept.kind AND created_at < now() - make_interval(days => days)
        """,
        [kind.value for kind in REMEMBERED_DAYS],
        list(REMEMBERED_DAYS.values()),
    )
