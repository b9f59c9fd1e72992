"""What login asks the database."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db import Connection


@dataclass(frozen=True)
class RecordedLogin:
    """A login in the history; `is_new_device` when the account knows other kinds only."""

    event_id: UUID
    is_new_device: bool


async def count_refused(connection: Connection, nir_digest: bytes, device: str) -> None:
    """One more failed login in a row; the same writes whether there is an account or not."""
    await connection.execute(
        """
        WITH noted AS (INSERT INTO refused_login (nir_digest, device) VALUES ($1, $2))
        INSERT INTO login_failure (nir_digest, failures) VALUES ($1, 1)
        ON CONFLICT (nir_digest) DO UPDATE
        SET failures = login_failure.failures + 1, last_at = now()
        """,
        nir_digest,
        device,
    )


async def record_login(
    connection: Connection, person_id: UUID, nir_digest: bytes, device: str
) -> RecordedLogin:
    """Put the login in the history, after the refused ones before it that are not there yet.

    What RETURNING asks is answered as of before the statement: this login is not in it.
    """
    rows = await connection.fetch(
        """
        WITH refused AS (
            DELETE FROM refused_login WHERE nir_digest = $2 RETURNING device, at
        ), told AS (
            SELECT 1 AS rank, 'login_refused' AS kind, 'unknown' AS actor, device,
                   CASE WHEN count(*) > 1 THEN count(*) || E'\\u00a0essais' ELSE '' END AS detail,
                   max(at) AS occurred_at
            FROM refused GROUP BY device
            UNION ALL SELECT 2, 'login', 'titulaire', $3, '', clock_timestamp()
        )
        INSERT INTO event (person_id, kind, actor, device, detail, occurred_at)
        SELECT $1, kind, actor, device, detail, occurred_at FROM told ORDER BY rank, occurred_at
        RETURNING id, kind, (
            SELECT bool_and(seen.device <> $3) FROM event seen
            WHERE seen.person_id = $1 AND seen.kind IN ('login', 'account_activated')
        ) AS is_new_device
        """,
        person_id,
        nir_digest,
        device,
    )
    login = next(row for row in rows if row["kind"] == "login")
    return RecordedLogin(login["id"], bool(login["is_new_device"]))


async def record_refused_logins(connection: Connection) -> None:
    """Make events of the refused logins that are someone's, and forget the others."""
    await connection.execute(
        """
        WITH taken AS (
            DELETE FROM refused_login
            WHERE id IN (SELECT id FROM refused_login FOR UPDATE SKIP LOCKED)
            RETURNING nir_digest, device, at
        )
        INSERT INTO event (person_id, kind, actor, device, detail, occurred_at)
        SELECT person.id, 'login_refused', 'unknown', device,
               CASE WHEN count(*) > 1 THEN count(*) || E'\\u00a0essais' ELSE '' END, max(at)
        FROM taken
        JOIN person ON person.nir_digest = taken.nir_digest
        JOIN account ON account.person_id = person.id
        GROUP BY person.id, device ORDER BY person.id, max(at)
        """
    )


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
