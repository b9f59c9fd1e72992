"""What the summary of the account shows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.accounts.hours_chart import HoursChart, chart_of
from web.core.db import Connection


@dataclass(frozen=True)
class Summary:
    """Balances in hours (`dif` None: « non renseignées »), their chart, numbers of dossiers."""

    dif: int | None
    cpf: int
    last_fed_year: int | None
    chart: HoursChart | None
    open_dossiers: int
    closed_dossiers: int


async def find_summary(connection: Connection, person_id: UUID) -> Summary:
    """The four figures and the chart, in one statement."""
    row = await connection.fetchrow(
        """
        SELECT b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf, b.last_fed_year,
               (SELECT array_agg(ARRAY[year, hours]) FROM hours_by_year WHERE person_id = $1)
                   AS credited,
               count(d.id) FILTER (WHERE d.status <> 'clos') AS open_dossiers,
               count(d.id) FILTER (WHERE d.status = 'clos') AS closed_dossiers
        FROM person p
        LEFT JOIN hours_balance b ON b.person_id = p.id
        LEFT JOIN dossier d ON d.person_id = p.id
        WHERE p.id = $1 GROUP BY b.dif, b.cpf, b.last_fed_year
        """,
        person_id,
    )
    assert row is not None  # noqa: S101 - an account always has its person
    values = dict(row)
    return Summary(chart=chart_of(values.pop("credited")), **values)
