"""The query of the history page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.core.http.paging import PAGE_SIZE, Paging


@dataclass(frozen=True)
class Event:
    """One line of the history; `formation` is that of its dossier, if there is one now, or ''."""

    kind: str
    actor: str
    actor_name: str
    device: str
    detail: str
    occurred_at: datetime
    formation: str


@dataclass(frozen=True)
class HistoryPage:
    """One page of events, newest first; `years` are those of all events."""

    events: tuple[Event, ...]
    years: tuple[int, ...]
    paging: Paging


async def find_history(
    connection: Connection,
    person_id: UUID,
    kinds: Sequence[str] | None,
    year: int | None,
    number: int,
) -> HistoryPage:
    """Return a page of the history, in one statement; the last page if `number` is past it.

    `kinds` and `year` (in Paris time) filter the events; None does not.
    """
    rows = await connection.fetch(
        """
        WITH mine AS MATERIALIZED (
            SELECT kind, actor, actor_name, device, detail, occurred_at, position,
                   extract(year FROM occurred_at AT TIME ZONE 'Europe/Paris')::int AS year
            FROM seen_event WHERE person_id = $1
        ), chosen AS MATERIALIZED (
            SELECT * FROM mine
            WHERE ($2::text[] IS NULL OR kind = ANY ($2)) AND ($3::int IS NULL OR year = $3)
        ), counted AS (
            SELECT count(*)::int AS total,
                   least($4::int, greatest(1, ceil(count(*) / $5::numeric)::int)) AS number
            FROM chosen
        )
        SELECT counted.total, counted.number AS page, shown.*, coalesce(d.title, '') AS formation,
               (SELECT array_agg(DISTINCT year ORDER BY year DESC) FROM mine) AS years
        FROM counted LEFT JOIN LATERAL (
            SELECT kind, actor, actor_name, device, detail, occurred_at, position
            FROM chosen ORDER BY occurred_at DESC, position DESC
            LIMIT $5 OFFSET (counted.number - 1) * $5::int
        ) AS shown ON true
        LEFT JOIN seen_dossier d ON d.person_id = $1 AND d.number = shown.detail
        ORDER BY shown.occurred_at DESC, shown.position DESC
        """,
        person_id,
        kinds,
        year,
        number,
        PAGE_SIZE,
    )
    first = rows[0]
    fields = ("kind", "actor", "actor_name", "device", "detail", "occurred_at", "formation")
    events = tuple(Event(*(row[name] for name in fields)) for row in rows if row["kind"])
    paging = Paging(first["page"], first["total"])
    return HistoryPage(events, tuple(first["years"] or ()), paging)
