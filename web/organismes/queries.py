"""Queries of the dossiers addressed to an organisme.

Only those submitted and not sent back: a draft, even one the organisme has read before, is private
to its titulaire until it is submitted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.core.http.paging import PAGE_SIZE, Paging
from web.core.vocabulary import known_value
from web.domain.dossier import ClosingReason, Event, Status
from web.dossiers.records import AccountOf


@dataclass(frozen=True)
class QueueLine:
    """A line of the queue; `duration` is in hours.

    `account` is the person's account; None once it is closed, or for a dossier of an earlier
    account of the same person.
    """

    id: UUID
    number: str
    title: str
    status: Status
    closing: ClosingReason | None
    duration: int
    submitted_at: datetime
    account: AccountOf | None


@dataclass(frozen=True)
class NextDossier:
    """The next dossier to decide on."""

    id: UUID
    title: str


@dataclass(frozen=True)
class DecidedDossier:
    """A dossier just decided on, and the next one to decide on, if any.

    `is_notified`: the person has an account, and gets a mail.
    """

    number: str
    title: str
    event: Event
    is_notified: bool
    next: NextDossier | None


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
        SELECT placed.soumis, placed.valide, placed.clos, placed.total, placed.page, shown.*,
               a.id AS account_id, a.identity
        FROM placed LEFT JOIN LATERAL (
            SELECT id, person_id, number, title, status, closing, duration, submitted_at,
                   row_number() OVER (
                       ORDER BY CASE status WHEN 'soumis' THEN 1 WHEN 'valide' THEN 2 ELSE 3 END,
                                CASE WHEN status <> 'clos' THEN submitted_at END,
                                changed_at DESC, number
                   ) AS rank
            FROM dossier WHERE organisme_id = $1 AND submitted_at IS NOT NULL
              AND strpos(replace(number, '-', ''), $3) > 0 AND ($2 = '' OR status = $2)
            ORDER BY rank LIMIT $5 OFFSET (placed.page - 1) * $5::int
        ) AS shown ON true
        LEFT JOIN account a ON a.person_id = shown.person_id
            AND EXISTS (SELECT FROM seen_dossier WHERE id = shown.id)
        ORDER BY shown.rank
        """,
        organisme_id,
        status.value if status else "",
        number,
        page,
        PAGE_SIZE,
    )
    first = rows[0]
    lines = tuple(_line(row) for row in rows if row["id"])
    shown = (Status.SUBMITTED, Status.VALIDATED, Status.CLOSED)
    counts = {each: first[each.value] for each in shown}
    return Queue(lines, counts, Paging(first["page"], first["total"]))


async def find_decided(
    connection: Connection, organisme_id: UUID, dossier_id: UUID
) -> DecidedDossier | None:
    """Return a dossier whose last step is a decision of this organisme, else None.

    The next one is the first submitted after it that still waits, or else the first of all.
    """
    row = await connection.fetchrow(
        """
        SELECT d.number, d.title, s.kind, next.id AS next_id, next.title AS next_title,
               EXISTS (SELECT FROM seen_dossier seen JOIN account a USING (person_id)
                       WHERE seen.id = d.id) AS is_notified
        FROM dossier d
        JOIN dossier_step s
            ON s.dossier_id = d.id AND s.revision = d.revision AND s.actor = 'organisme'
        LEFT JOIN LATERAL (
            SELECT max(at) AS at FROM dossier_step WHERE dossier_id = d.id AND kind = 'submit'
        ) AS submission ON true
        LEFT JOIN LATERAL (
            SELECT id, title FROM dossier
            WHERE organisme_id = $1 AND status = 'soumis' AND submitted_at IS NOT NULL
            ORDER BY submitted_at < submission.at, submitted_at, number LIMIT 1
        ) AS next ON true
        WHERE d.id = $2 AND d.organisme_id = $1
        """,
        organisme_id,
        dossier_id,
    )
    if row is None:
        return None
    following = NextDossier(row["next_id"], row["next_title"]) if row["next_id"] else None
    event, is_notified = Event(row["kind"]), row["is_notified"]
    return DecidedDossier(row["number"], row["title"], event, is_notified, following)


def _line(row: Record) -> QueueLine:
    return QueueLine(
        row["id"],
        row["number"],
        row["title"],
        Status(row["status"]),
        known_value(ClosingReason, row["closing"]),
        row["duration"],
        row["submitted_at"],
        AccountOf(row["account_id"], row["identity"]) if row["account_id"] else None,
    )
