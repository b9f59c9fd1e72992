"""What login asks the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db import Connection


@dataclass(frozen=True)
class Credentials:
    """What login knows of a NIR; no account leaves the first two None."""

    account_id: UUID | None
    password_hash: str | None
    failures: int


async def find_credentials(connection: Connection, nir_digest: bytes) -> Credentials:
    """The account of a NIR, if any, and its failed logins in a row."""
    row = await connection.fetchrow(
        """
        SELECT account.id AS account_id, account.password_hash, coalesce(failures, 0) AS failures
        FROM (SELECT $1::bytea AS digest) AS asked
        LEFT JOIN person ON person.nir_digest = digest
        LEFT JOIN account ON account.person_id = person.id
        LEFT JOIN login_failure ON login_failure.nir_digest = digest
        """,
        nir_digest,
    )
    assert row is not None  # noqa: S101 - the first table of the join has its row
    return Credentials(**row)


async def count_failure(connection: Connection, nir_digest: bytes) -> None:
    """One more failed login in a row; the same write whether there is an account or not."""
    await connection.execute(
        """
        INSERT INTO login_failure (nir_digest, failures) VALUES ($1, 1)
        ON CONFLICT (nir_digest) DO UPDATE
        SET failures = login_failure.failures + 1, last_at = now()
        """,
        nir_digest,
    )


async def forget_failures(connection: Connection, nir_digest: bytes) -> None:
    """The owner is back."""
    await connection.execute("DELETE FROM login_failure WHERE nir_digest = $1", nir_digest)


async def purge_failures(connection: Connection) -> None:
    """Old failures say nothing any more."""
    await connection.execute("DELETE FROM login_failure WHERE last_at < now() - interval '90 days'")


async def upgrade_password_hash(
    connection: Connection, account_id: UUID, earlier: str, newer: str
) -> None:
    """Replace a hash made with weaker parameters, unless the password changed meanwhile."""
    await connection.execute(
        "UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        account_id,
        earlier,
        newer,
    )
