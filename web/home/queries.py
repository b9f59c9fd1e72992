"""The query of the summary of an account."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection
from web.domain.dif_end import DifEnd
from web.hours.balances import Balances
from web.hours.chart import HoursChart, build_chart


@dataclass(frozen=True)
class Draft:
    """A dossier to be completed, or to be corrected if `is_sent_back`."""

    id: UUID
    number: str
    is_sent_back: bool


@dataclass(frozen=True)
class Summary:
    """The balances, the chart of the hours and the numbers of dossiers.

    `draft` is the next dossier to work on: one to correct before one to complete.
    """

    balances: Balances
    last_fed_year: int | None
    chart: HoursChart | None
    open_dossiers: int
    closed_dossiers: int
    draft: Draft | None


async def find_summary(connection: Connection, person_id: UUID, dif_end: DifEnd) -> Summary:
    """Return the four figures, the chart and the next draft, in one statement."""
    row = await connection.fetchrow(
        """
        SELECT b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf, b.last_fed_year,
               (SELECT array_agg(ARRAY[year, hours]) FROM hours_by_year WHERE person_id = $1)
                   AS credited,
               d.open_dossiers, d.closed_dossiers, n.id, n.number, n.is_sent_back
        FROM person p
        LEFT JOIN hours_balance b ON b.person_id = p.id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE status <> 'clos') AS open_dossiers,
                   count(*) FILTER (WHERE status = 'clos') AS closed_dossiers
            FROM seen_dossier AS dossier WHERE person_id = p.id
        ) d
        LEFT JOIN LATERAL (
            SELECT id, number, EXISTS (
                SELECT FROM dossier_step s WHERE s.dossier_id = dossier.id AND s.kind = 'send_back'
            ) AS is_sent_back
            FROM seen_dossier AS dossier WHERE person_id = p.id AND status = 'elaboration'
            ORDER BY is_sent_back DESC, changed_at DESC LIMIT 1
        ) n ON true
        WHERE p.id = $1
        """,
        person_id,
    )
    assert row is not None  # noqa: S101 - an account always has its person
    values = dict(row)
    draft = Draft(**{name: values.pop(name) for name in ("id", "number", "is_sent_back")})
    chart = build_chart(values.pop("credited"))
    balances = Balances(values.pop("dif"), values.pop("cpf"), dif_end)
    return Summary(balances, chart=chart, draft=draft if draft.id else None, **values)
