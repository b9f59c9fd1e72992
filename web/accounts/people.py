"""Taking turns on a person: on their hours, their dossiers, their délégations."""

from __future__ import annotations

from uuid import UUID

from web.core.db import Connection


async def lock_person(connection: Connection, person_id: UUID) -> None:
    """Take turns on what belongs to this person until the transaction ends.

    To be taken before any other row of theirs, but after those of their web account (itself, its
    sessions, failures and e-mail change), whose changes are told in the history at the end. What
    it protects is read after it, by a statement of its own: that one sees what the last holder of
    the lock did. NO KEY: rows that only name the person, as a feed writes by the million, do not
    wait.
    """
    await connection.execute("SELECT 1 FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)


async def is_open(connection: Connection, account_id: UUID) -> bool:
    """Return whether a web account is still open; call it with the person locked."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM account WHERE id = $1)", account_id
    )
    return found
