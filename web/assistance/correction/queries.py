"""Queries of the move of an account to the person of another NIR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection


@dataclass(frozen=True)
class MovedLogin:
    """The part of an account that is kept when it is opened again; `totp_secret` is sealed."""

    password_hash: str | None
    totp_secret: bytes | None
    totp_confirmed_at: datetime | None
    totp_last_step: int
    blocked_at: datetime | None
    terms_version: str
    terms_accepted_at: datetime


async def find_login(connection: Connection, account_id: UUID) -> MovedLogin:
    """Return what the account, which is locked, keeps."""
    row = await connection.fetchrow(
        """
        SELECT password_hash, totp_secret, totp_confirmed_at, totp_last_step, blocked_at,
               terms_version, terms_accepted_at
        FROM login JOIN account ON account.id = login.id WHERE login.id = $1
        """,
        account_id,
    )
    assert row is not None  # noqa: S101 - it is locked
    return MovedLogin(**row)


async def restore_login(
    connection: Connection, account_id: UUID, moved: MovedLogin, totp_secret: bytes | None
) -> None:
    """Give a new login the second factor and the block of the earlier one."""
    await connection.execute(
        """
        UPDATE login SET password_hash = $2, totp_secret = $3, totp_confirmed_at = $4,
            totp_last_step = $5, blocked_at = $6
        WHERE id = $1
        """,
        account_id,
        moved.password_hash,
        totp_secret,
        moved.totp_confirmed_at,
        moved.totp_last_step,
        moved.blocked_at,
    )


async def lock_account_rows(
    connection: Connection, account_id: UUID, nir_digests: Sequence[bytes]
) -> None:
    """Lock the accounts of these NIRs, and the sessions and change of address of one of them.

    Its login is locked already, so that no session is added.
    """
    await connection.execute(
        """
        SELECT FROM account JOIN person ON person.id = account.person_id
        WHERE person.nir_digest = ANY ($1::bytea[])
        ORDER BY account.id FOR UPDATE OF account
        """,
        nir_digests,
    )
    await connection.execute("SELECT FROM session WHERE login_id = $1 FOR UPDATE", account_id)
    await connection.execute(
        "SELECT FROM email_change WHERE account_id = $1 FOR UPDATE", account_id
    )


async def add_person(connection: Connection, nir_digest: bytes) -> UUID:
    """Return the person of a NIR, inserted if there is none; an existing one is not locked."""
    await connection.execute(
        "INSERT INTO person (nir_digest) VALUES ($1) ON CONFLICT (nir_digest) DO NOTHING",
        nir_digest,
    )
    person_id: UUID = await connection.fetchval(
        "SELECT id FROM person WHERE nir_digest = $1", nir_digest
    )
    return person_id


async def count_open_work(connection: Connection, account_id: UUID, person_id: UUID) -> int:
    """Count what would be left under the wrong number: dossiers not closed, changes of address.

    Lock the person first: a dossier is added under that lock.
    """
    count: int = await connection.fetchval(
        """
        SELECT (SELECT count(*) FROM seen_dossier WHERE person_id = $2 AND status <> 'clos')
             + (SELECT count(*) FROM service_email_change
                WHERE login_id = $1 AND ended_as IS NULL)
        """,
        account_id,
        person_id,
    )
    return count


async def has_account(connection: Connection, person_id: UUID) -> bool:
    """Return whether the person, who is locked, has an account."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM account WHERE person_id = $1)", person_id
    )
    return found
