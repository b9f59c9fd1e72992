"""Known browsers of an account: those used to log in to it, or to verify its mailbox.

A device token identifies a browser. A subject is the digest by which a login finds its account:
that of a NIR, or of an agent's address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.core.db.connection import Connection

REMEMBERED_DAYS = 365
# A person who clears cookies each time would otherwise accumulate them.
MOST_PER_SUBJECT = 20


@dataclass(frozen=True)
class Device:
    """A browser that requests access to an account.

    `kind` comes from its User-Agent, `shown` are the digests of the device tokens it holds,
    `offered` that of a new one, derived from this request: each copy of it gets the same.
    """

    kind: str
    shown: tuple[bytes, ...] = ()
    offered: bytes = b""


@dataclass(frozen=True)
class KnownDevice:
    """A browser known to an account, by the digest of its token.

    `has_logged_in` is False for a browser known only because a mailed link was followed in it.
    """

    token_digest: bytes
    has_logged_in: bool


async def find_known(
    connection: Connection, subject: bytes, shown: Sequence[bytes]
) -> KnownDevice | None:
    """Return the most recently used known browser among these tokens; None if none is known."""
    row = await connection.fetchrow(
        """
        SELECT token_digest, kind <> '' AS has_logged_in FROM known_device
        WHERE token_digest = ANY ($2) AND subject_digest = $1
        ORDER BY last_used_at DESC LIMIT 1
        """,
        subject,
        list(shown),
    )
    return KnownDevice(**row) if row else None


async def remember_device(
    connection: Connection, subject: bytes, device: Device, *, as_logged_in: bool = False
) -> None:
    """Record a browser in which a mailed link was followed to its end, by its offered token.

    Its first login is still notified by mail, as the mailbox may be compromised, unless the browser
    was known before or `as_logged_in` is set.
    """
    await connection.execute(
        """
        INSERT INTO known_device (token_digest, subject_digest, kind)
        SELECT $1, $2, coalesce((
            SELECT kind FROM known_device WHERE token_digest = ANY ($3) AND subject_digest = $2
            ORDER BY last_used_at DESC LIMIT 1), $4)
        ON CONFLICT (token_digest) DO NOTHING
        """,
        device.offered,
        subject,
        list(device.shown),
        device.kind if as_logged_in else "",
    )
    await forget_oldest(connection, subject)


async def forget_devices(
    connection: Connection, subject: bytes, *, keep: Sequence[bytes] = ()
) -> None:
    """Delete the known browsers of this account, except those whose token digests are in `keep`."""
    await connection.execute(
        "DELETE FROM known_device WHERE subject_digest = $1 AND token_digest <> ALL ($2)",
        subject,
        list(keep),
    )


async def purge_devices(connection: Connection) -> None:
    """Delete browsers without a login for a year."""
    await connection.execute(
        "DELETE FROM known_device WHERE last_used_at < now() - make_interval(days => $1)",
        REMEMBERED_DAYS,
    )


async def forget_oldest(connection: Connection, subject: bytes) -> None:
    """Delete the known browsers of this account past MOST_PER_SUBJECT."""
    await connection.execute(
        """
        DELETE FROM known_device WHERE token_digest IN (
            SELECT token_digest FROM known_device WHERE subject_digest = $1
            ORDER BY last_used_at DESC, token_digest OFFSET $2)
        """,
        subject,
        MOST_PER_SUBJECT,
    )
