"""The data that an employer sees of a person who granted a délégation.

The same query and labels serve the titulaire's preview and the employer's space, so that the
preview is exact. The ledger is left out: its references name dossiers, confidential ones included,
and its years reveal other employers. The balances are enough to prepare a dossier.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.core.vocabulary import known_value
from web.delegations.records import DossierLine, Visible
from web.domain.dossier import ClosingReason, Status
from web.domain.hours.dif_end import DifEnd
from web.hours.balances import Balances

# To join to `person p`, in ORDER; a person without dossiers gives one row with a null dossier.
COLUMNS = """
    b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf,
    d.id AS dossier_id, d.number, d.title, d.status, d.closing, d.confidential
"""
JOINS = """
    LEFT JOIN hours_balance b ON b.person_id = p.id
    LEFT JOIN seen_dossier d ON d.person_id = p.id
"""
ORDER = "d.created_at DESC, d.id"


async def find_visible(connection: Connection, person_id: UUID, dif_end: DifEnd) -> Visible:
    """Return the data an employer would see of this person today."""
    rows = await connection.fetch(
        f"""
        SELECT {COLUMNS} FROM person p {JOINS}
        WHERE p.id = $1 ORDER BY {ORDER}
        """,  # noqa: S608
        person_id,
    )
    return build_visible(rows, dif_end)


def build_visible(rows: Iterable[Record], dif_end: DifEnd) -> Visible:
    """Build the record from rows of COLUMNS; there must be at least one."""
    listed = list(rows)
    dossiers = [row for row in listed if row["dossier_id"] is not None]
    return Visible(
        Balances(listed[0]["dif"], listed[0]["cpf"], dif_end),
        tuple(_line(row) for row in dossiers if not row["confidential"]),
        tuple(_line(row) for row in dossiers if row["confidential"]),
    )


def _line(row: Record) -> DossierLine:
    closing = known_value(ClosingReason, row["closing"])
    return DossierLine(
        row["dossier_id"], row["number"], row["title"], Status(row["status"]), closing
    )
