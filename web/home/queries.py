"""The query of the summary of an account."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.core.vocabulary import known_value
from web.domain.dossier import Event, Status
from web.domain.hours.dif_end import DifEnd
from web.hours.balances import Balances
from web.hours.chart import HoursChart, build_chart

# Dossiers of each sort on the dashboard; the list has them all.
ITEMS = 5


@dataclass(frozen=True)
class Item:
    """A dossier to act on, one under examination, or one decided and not read since.

    `last` is the organisme's last step on it, if any and known, and `reason` its sealed reason.
    """

    id: UUID
    number: str
    title: str
    status: Status
    organisme: str
    submitted_at: datetime | None
    last: Event | None
    reason: bytes | None
    revision: int | None


@dataclass(frozen=True)
class Summary:
    """The balances, the hours reserved, the chart of the hours, and the dossiers.

    `items`: to correct first, then the decisions, the drafts, and those under examination; ITEMS
    of each at most. `is_unreachable`: the last mail to the account's address was refused.
    """

    balances: Balances
    reserved_dif: int
    reserved_cpf: int
    last_fed_year: int | None
    chart: HoursChart | None
    open_dossiers: int
    closed_dossiers: int
    is_unreachable: bool
    items: tuple[Item, ...]


async def find_summary(connection: Connection, person_id: UUID, dif_end: DifEnd) -> Summary:
    """Return the four figures, the chart and the dossiers to show first, in one statement."""
    rows = await connection.fetch(
        """
        SELECT b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf, b.last_fed_year,
               (SELECT array_agg(ARRAY[year, hours, exceptional])
                FROM hours_by_year WHERE person_id = $1) AS credited,
               EXISTS (SELECT FROM unreachable_address JOIN account USING (email_digest)
                       WHERE person_id = p.id) AS is_unreachable,
               d.open_dossiers, d.closed_dossiers, d.reserved_dif, d.reserved_cpf, n.*
        FROM person p
        LEFT JOIN hours_balance b ON b.person_id = p.id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE status <> 'clos') AS open_dossiers,
                   count(*) FILTER (WHERE status = 'clos') AS closed_dossiers,
                   coalesce(sum(h.dif) FILTER (WHERE status = 'valide'), 0)::int AS reserved_dif,
                   coalesce(sum(h.cpf) FILTER (WHERE status = 'valide'), 0)::int AS reserved_cpf
            FROM seen_dossier AS dossier LEFT JOIN dossier_hours h ON h.dossier_id = dossier.id
            WHERE person_id = p.id
        ) d
        LEFT JOIN LATERAL (
            SELECT * FROM (
                SELECT dossier.id, dossier.number, dossier.title, dossier.status,
                       dossier.submitted_at, coalesce(o.name, '') AS organisme, s.kind AS last,
                       s.reason, s.revision, dossier.changed_at, place,
                       row_number() OVER (PARTITION BY place ORDER BY dossier.changed_at DESC)
                           AS rank
                FROM seen_dossier AS dossier
                LEFT JOIN organisation o ON o.id = dossier.organisme_id
                LEFT JOIN LATERAL (
                    SELECT kind, reason, revision FROM dossier_step
                    WHERE dossier_id = dossier.id AND actor = 'organisme'
                    ORDER BY revision DESC LIMIT 1
                ) s ON true
                CROSS JOIN LATERAL (
                    SELECT CASE
                        WHEN dossier.status = 'elaboration' AND s.kind = 'send_back' THEN 1
                        WHEN dossier.status IN ('valide', 'clos')
                             AND s.revision = dossier.revision
                             AND dossier.read_revision < dossier.revision THEN 2
                        WHEN dossier.status = 'elaboration' THEN 3
                        WHEN dossier.status = 'soumis' THEN 4
                    END AS place
                ) places
                WHERE dossier.person_id = p.id AND place IS NOT NULL
            ) placed
            WHERE rank <= $2
        ) n ON true
        WHERE p.id = $1
        ORDER BY n.place, n.changed_at DESC
        """,
        person_id,
        ITEMS,
    )
    first = rows[0]
    return Summary(
        Balances(first["dif"], first["cpf"], dif_end),
        chart=build_chart(first["credited"]),
        items=tuple(_item(row) for row in rows if row["id"]),
        **{
            name: first[name]
            for name in (
                *("reserved_dif", "reserved_cpf", "last_fed_year"),
                *("open_dossiers", "closed_dossiers", "is_unreachable"),
            )
        },
    )


def _item(row: Record) -> Item:
    values = {name: row[name] for name in (field.name for field in fields(Item))}
    values["status"] = Status(row["status"])
    values["last"] = known_value(Event, row["last"])
    return Item(**values)
