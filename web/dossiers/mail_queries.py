"""Queries of the mails about dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from web.core.db.connection import Connection
from web.dossiers.records import AccountOf, MailStep


async def find_notified_account(connection: Connection, event_id: UUID) -> AccountOf | None:
    """Return the person's web account, if they have one now and it sees this event."""
    row = await connection.fetchrow(
        """
        SELECT a.id, a.identity FROM seen_event e JOIN account a USING (person_id) WHERE e.id = $1
        """,
        event_id,
    )
    return AccountOf(**row) if row else None


async def find_mail_steps(connection: Connection, event_ids: Sequence[UUID]) -> list[MailStep]:
    """Return the steps behind these events, oldest first; none without account or dossier."""
    rows = await connection.fetch(
        """
        SELECT e.kind, e.occurred_at, d.number, d.id AS dossier_id,
               coalesce(nullif(e.actor_name, ''), o.name, '') AS organisme,
               a.id AS account_id, a.identity
        FROM seen_event e
        JOIN seen_dossier d ON d.number = e.detail AND d.person_id = e.person_id
        JOIN account a ON a.person_id = e.person_id
        LEFT JOIN organisation o ON o.id = d.organisme_id
        WHERE e.id = ANY ($1) ORDER BY e.occurred_at, e.position
        """,
        event_ids,
    )
    return [MailStep(**row) for row in rows]
