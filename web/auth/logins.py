"""Logins: the password of a titulaire or an agent, by the id of their account.

The row of a login is the lock of its account, taken before any other of its rows: by a login, a
change of password, of second factor or of address, a link, a closing. Values read before the lock
are checked again under it.
"""

from __future__ import annotations

import enum
from uuid import UUID

from web.core.db.connection import Connection


class LoginKind(enum.StrEnum):
    """The kind of account that a login opens."""

    TITULAIRE = "titulaire"
    AGENT = "agent"


async def lock_login(connection: Connection, login_id: UUID) -> None:
    """Lock the login until the transaction ends."""
    await connection.execute("SELECT FROM login WHERE id = $1 FOR NO KEY UPDATE", login_id)


async def is_blocked(connection: Connection, login_id: UUID) -> bool:
    """Return whether the service has blocked the login."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM login WHERE id = $1 AND blocked_at IS NOT NULL)", login_id
    )
    return found


async def block_login(connection: Connection, login_id: UUID) -> bool:
    """Block the login; return False when it is blocked already."""
    tag = await connection.execute(
        "UPDATE login SET blocked_at = now() WHERE id = $1 AND blocked_at IS NULL", login_id
    )
    return tag.endswith(" 1")


async def unblock_login(connection: Connection, login_id: UUID) -> bool:
    """Unblock the login; return False when it was not blocked."""
    tag = await connection.execute(
        "UPDATE login SET blocked_at = NULL WHERE id = $1 AND blocked_at IS NOT NULL", login_id
    )
    return tag.endswith(" 1")


async def find_password_hash(connection: Connection, login_id: UUID) -> str | None:
    """Return the hash of the current password; None before the first one."""
    found: str | None = await connection.fetchval(
        "SELECT password_hash FROM login WHERE id = $1", login_id
    )
    return found


async def set_password(connection: Connection, login_id: UUID, password_hash: str) -> None:
    """Set the hash of the first or a new password."""
    await connection.execute(
        "UPDATE login SET password_hash = $2 WHERE id = $1", login_id, password_hash
    )


async def upgrade_password_hash(
    connection: Connection, login_id: UUID, earlier: str, newer: str
) -> None:
    """Replace a hash made with weaker parameters, unless the password changed meanwhile."""
    await connection.execute(
        "UPDATE login SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        login_id,
        earlier,
        newer,
    )


async def delete_login(connection: Connection, login_id: UUID) -> None:
    """Delete a login, and by cascade its account, its sessions and all that hangs on them."""
    await connection.execute("DELETE FROM login WHERE id = $1", login_id)
