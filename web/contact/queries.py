"""Messages to the service, as long as their mails are to be sent."""

from __future__ import annotations

from uuid import UUID

from web.core.db import Connection

KEPT_DAYS = 60


async def is_message_there(connection: Connection, message_id: UUID) -> bool:
    """Whether this message was received already."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM contact_message WHERE id = $1)", message_id
    )
    return found


async def add_message(connection: Connection, message_id: UUID, content: bytes) -> bool:
    """Keep a message; False when it was received already."""
    tag = await connection.execute(
        "INSERT INTO contact_message (id, content) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        message_id,
        content,
    )
    return tag.endswith(" 1")


async def find_message(connection: Connection, message_id: UUID) -> bytes | None:
    """The sealed content."""
    content: bytes | None = await connection.fetchval(
        "SELECT content FROM contact_message WHERE id = $1", message_id
    )
    return content


async def purge_messages(connection: Connection) -> None:
    """Forget a message a day after it came, once its mails have left; in any case after a while.

    The day is for requests sent again: their message is recognised.
    """
    await connection.execute(
        """
        DELETE FROM contact_message c
        WHERE created_at < now() - make_interval(days => $1)
           OR (created_at < now() - interval '1 day' AND NOT EXISTS (
               SELECT FROM mail WHERE subject_id = c.id AND status <> 'sent'))
        """,
        KEPT_DAYS,
    )
