"""Sessions of titulaires: rows on the server, named by the hash of the browser's token."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.accounts.identity import Identity, open_identity
from web.core.crypto import Vault
from web.core.db import Connection, Database

IDLE_MINUTES = 30
ABSOLUTE_HOURS = 12


@dataclass(frozen=True)
class SignedIn:
    """The titulaire whose session a request carries."""

    account_id: UUID
    person_id: UUID
    identity: Identity

    @property
    def display_name(self) -> str:
        """As the tutorial shows it: first name and birth name."""
        return self.identity.full_name


async def find_signed_in(db: Database, vault: Vault, token_digest: bytes) -> SignedIn | None:
    """The live session's titulaire; the session is touched by the same statement."""
    row = await db.fetch_row(
        """
        UPDATE session SET last_seen_at = now() FROM account
        WHERE session.token_digest = $1 AND account.id = session.account_id
          AND session.last_seen_at > now() - make_interval(mins => $2)
          AND session.created_at > now() - make_interval(hours => $3)
        RETURNING account.id, account.person_id, account.identity
        """,
        token_digest,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
    if row is None:
        return None
    identity = open_identity(vault, row["identity"], f"account:{row['id']}")
    return SignedIn(row["id"], row["person_id"], identity)


async def open_session(connection: Connection, token_digest: bytes, account_id: UUID) -> None:
    """Start a session under a token made for it."""
    await connection.execute(
        "INSERT INTO session (token_digest, account_id) VALUES ($1, $2)", token_digest, account_id
    )


async def close_session(connection: Connection, token_digest: bytes) -> None:
    """End one session; a cookie replayed afterwards finds nothing."""
    await connection.execute("DELETE FROM session WHERE token_digest = $1", token_digest)


async def close_all_sessions(connection: Connection, account_id: UUID) -> None:
    """End every session of an account."""
    await connection.execute("DELETE FROM session WHERE account_id = $1", account_id)


async def purge_sessions(connection: Connection) -> None:
    """Forget sessions that can no longer be used."""
    await connection.execute(
        """
        DELETE FROM session WHERE last_seen_at < now() - make_interval(mins => $1)
                               OR created_at < now() - make_interval(hours => $2)
        """,
        IDLE_MINUTES,
        ABSOLUTE_HOURS,
    )
