"""Queries on people and their accounts; the lock on a person."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection


async def lock_person(connection: Connection, person_id: UUID) -> None:
    """Lock the person, and thereby all that belongs to them, until the transaction ends.

    Lock it before any other row of theirs, but after those of their web account (itself, its
    sessions, failures and e-mail change), whose changes record their event last. Read what it
    protects in a later statement, which then sees what the previous holder of the lock wrote.
    NO KEY, so that inserts that only reference the person do not wait: a feed makes millions.
    """
    await connection.execute("SELECT 1 FROM person WHERE id = $1 FOR NO KEY UPDATE", person_id)


async def is_open(connection: Connection, account_id: UUID) -> bool:
    """Return whether a web account is still open; lock the person first."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM account WHERE id = $1)", account_id
    )
    return found
