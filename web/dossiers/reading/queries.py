"""« Mes dossiers de formation »: a page of a person's dossiers."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.core.http.paging import PAGE_SIZE, Paging
from web.domain.dif_end import DifEnd
from web.domain.dossier import ClosingReason, Status
from web.dossiers.records import DossierList, Listed


async def list_dossiers(
    connection: Connection, person_id: UUID, dif_end: DifEnd, status: Status | None, page: int
) -> DossierList:
    """Return a page of a person's dossiers, in one statement; past the last page, the last one.

    `status` filters them; None keeps all.
    """
    rows = await connection.fetch(
        """
        WITH counted AS (
            SELECT count(*)::int AS of_all, count(*) FILTER (WHERE status = $2)::int AS chosen
            FROM seen_dossier AS dossier WHERE person_id = $1
        ), asked AS (
            SELECT of_all, CASE WHEN $2 = '' THEN of_all ELSE chosen END AS total FROM counted
        ), placed AS (
            SELECT *, least($3::int, greatest(1, ceil(total / $4::numeric)::int)) AS page FROM asked
        )
        SELECT placed.of_all, placed.total, placed.page, shown.*,
               EXISTS (SELECT FROM hours_balance WHERE person_id = $1 AND dif IS NOT NULL)
                   AS is_dif_declared
        FROM placed LEFT JOIN LATERAL (
            SELECT id, number, title, status, closing, starts_on, ends_on, created_at, changed_at,
                   status = 'elaboration' AND EXISTS (
                       SELECT FROM dossier_step s
                       WHERE s.dossier_id = dossier.id AND s.kind = 'send_back'
                   ) AS was_sent_back
            FROM seen_dossier AS dossier WHERE person_id = $1 AND ($2 = '' OR status = $2)
            ORDER BY changed_at DESC, number
            LIMIT $4 OFFSET (placed.page - 1) * $4::int
        ) AS shown ON true
        """,
        person_id,
        status.value if status else "",
        page,
        PAGE_SIZE,
    )
    first = rows[0]
    return DossierList(
        tuple(_listed(row) for row in rows if row["id"]),
        Paging(first["page"], first["total"]),
        first["of_all"],
        dif_end.awaits_declaration(is_declared=first["is_dif_declared"]),
    )


def _listed(row: Record) -> Listed:
    values = {name: row[name] for name in (field.name for field in fields(Listed))}
    values["status"] = Status(row["status"])
    values["closing"] = ClosingReason(row["closing"]) if row["closing"] else None
    return Listed(**values)
