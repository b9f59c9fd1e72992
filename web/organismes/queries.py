"""Queries of the dossiers addressed to an organisme.

Only those submitted and not sent back: a draft, even one the organisme has read before, is private
to its titulaire until it is submitted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.core.http.paging import PAGE_SIZE, Paging
from web.domain.dossier import ClosingReason, Status


@dataclass(frozen=True)
class QueueLine:
    """A line of the queue, without the person's name; `duration` is in hours."""

    id: UUID
    number: str
    title: str
    status: Status
    closing: ClosingReason | None
    duration: int
    submitted_at: datetime


@dataclass(frozen=True)
class Queue:
    """A page of the dossiers asked for, and their number by status."""

    lines: tuple[QueueLine, ...]
    counts: dict[Status, int]
    paging: Paging


async def find_queue(
    connection: Connection, organisme_id: UUID, status: Status | None, number: str, page: int
) -> Queue:
    """Return a page of an organisme's dossiers, in one statement; past the last page, the last.

    Dossiers to decide on come first, the oldest first; closed ones last, the newest first.
    `number` filters on the letters and digits of a dossier's number, '' keeps all; the counts
    apply to the filtered dossiers.
    """
    rows = await connection.fetch(
        """
        WITH counted AS (
            SELECT count(*) FILTER (WHERE status = 'soumis')::int AS soumis,
                   count(*) FILTER (WHERE status = 'valide')::int AS valide,
                   count(*) FILTER (WHERE status = 'clos')::int AS clos
            FROM dossier WHERE organisme_id = $1 AND submitted_at IS NOT NULL
              AND strpos(replace(number, '-', ''), $3) > 0
        ), asked AS (
            SELECT *, CASE $2 WHEN 'soumis' THEN soumis WHEN 'valide' THEN valide
                              WHEN 'clos' THEN clos ELSE soumis + valide + clos END AS total
            FROM counted
        ), placed AS (
            SELECT *, least($4::int, greatest(1, ceil(total / $5::numeric)::int)) AS page FROM asked
        )
        SELECT placed.soumis, placed.valide, placed.clos, placed.total, placed.page, shown.*
        FROM placed LEFT JOIN LATERAL (
            SELECT id, number, title, status, closing, duration, submitted_at
            FROM dossier WHERE organisme_id = $1 AND submitted_at IS NOT NULL
              AND strpos(replace(number, '-', ''), $3) > 0 AND ($2 = '' OR status = $2)
            ORDER BY CASE status WHEN 'soumis' THEN 1 WHEN 'valide' THEN 2 ELSE 3 END,
                     CASE WHEN status <> 'clos' THEN submitted_at END, changed_at DESC, number
            LIMIT $5 OFFSET (placed.page - 1) * $5::int
        ) AS shown ON true
        """,
        organisme_id,
        status.value if status else "",
        number,
        page,
        PAGE_SIZE,
    )
    first = rows[0]
    lines = tuple(
        QueueLine(
            row["id"],
            row["number"],
            row["title"],
            Status(row["status"]),
            ClosingReason(row["closing"]) if row["closing"] else None,
            row["duration"],
            row["submitted_at"],
        )
        for row in rows
        if row["id"]
    )
    shown = (Status.SUBMITTED, Status.VALIDATED, Status.CLOSED)
    counts = {each: first[each.value] for each in shown}
    return Queue(lines, counts, Paging(first["page"], first["total"]))
