"""Messages to the service, stored until their mails are sent."""

from __future__ import annotations

from uuid import UUID

from web.core.db.connection import Connection

KEPT_DAYS = 60
SENT_HOURS = 24


async def message_exists(connection: Connection, message_id: UUID) -> bool:
    """Return whether this message was already received."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM contact_message WHERE id = $1)", message_id
    )
    return found


async def add_message(connection: Connection, message_id: UUID, content: bytes) -> bool:
    """Insert a message; return False when it was already received."""
    tag = await connection.execute(
        "INSERT INTO contact_message (id, content) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        message_id,
        content,
    )
    return tag.endswith(" 1")


async def find_message(connection: Connection, message_id: UUID) -> bytes | None:
    """Return the encrypted content of a message."""
    content: bytes | None = await connection.fetchval(
        "SELECT content FROM contact_message WHERE id = $1", message_id
    )
    return content


async def purge_messages(connection: Connection) -> None:
    """Delete messages after SENT_HOURS, once their mails are sent; in any case after KEPT_DAYS.

    During these hours a request sent again is recognised by its message.
    """
    await connection.execute(
        """
        DELETE FROM contact_message c
        WHERE created_at < now() - make_interval(days => $1)
           OR (created_at < now() - make_interval(hours => $2) AND NOT EXISTS (
               SELECT FROM mail WHERE subject_id = c.id AND status <> 'sent'))
        """,
        KEPT_DAYS,
        SENT_HOURS,
    )
