"""Queries of the pages of dossiers: one with all that it shows, and a list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.core.http.paging import PAGE_SIZE, Paging
from web.core.vocabulary import known_value
from web.domain.dossier import ClosingReason, Status
from web.domain.hours.dif_end import DifEnd
from web.dossiers.queries import (
    DOSSIER,
    JOINED,
    ORGANISMES,
    build_dossier,
    build_step,
    organismes_of,
)
from web.dossiers.records import AccountOf, DossierDetail, DossierList, Listed
from web.hours.balances import Balances
from web.hours.queries import DifAttestation

# All that the pages of a dossier show but the organismes, to embed in larger statements.
WHOLE = f"""
    {DOSSIER}, b.dif::int AS free_dif, coalesce(b.cpf, 0)::int AS free_cpf,
    t.organisme_name AS attested_to, t.seen_at AS attested_at,
    s.revision AS step, s.kind, s.actor, s.actor_name, s.reason, s.followed, s.at
"""
WHOLE_FROM = f"""
    {JOINED}
    LEFT JOIN hours_balance b ON b.person_id = d.person_id
    LEFT JOIN dif_attestation t ON t.person_id = d.person_id
    LEFT JOIN dossier_step s ON s.dossier_id = d.id
"""


async def find_whole(
    connection: Connection,
    dossier_id: UUID,
    dif_end: DifEnd,
    *,
    with_organismes: bool = False,
    with_account: bool = False,
) -> DossierDetail | None:
    """Return the dossier and all that its pages show, from one snapshot (one statement).

    `with_account`: also the person's web account, so that they can be contacted, unless the
    dossier is one that this account does not see.
    """
    rows = await connection.fetch(
        f"""
        SELECT {WHOLE}, CASE WHEN $2 THEN {ORGANISMES} ELSE '[]' END AS organismes,
               a.id AS account_id, a.identity
        FROM {WHOLE_FROM} LEFT JOIN account a ON $3 AND a.person_id = d.person_id
            AND EXISTS (SELECT FROM seen_dossier WHERE id = d.id)
        WHERE d.id = $1 ORDER BY s.revision
        """,  # noqa: S608
        dossier_id,
        with_organismes,
        with_account,
    )
    if not rows:
        return None
    account_id, identity = rows[0]["account_id"], rows[0]["identity"]
    account = AccountOf(account_id, identity) if account_id else None
    return replace(build_detail(rows, dif_end), account=account)


def build_detail(rows: Sequence[Record], dif_end: DifEnd) -> DossierDetail:
    """Build the dossier from rows of WHOLE and `organismes`, one row per step."""
    first = rows[0]
    attested_at = first["attested_at"]
    return DossierDetail(
        build_dossier(first),
        tuple(build_step(row, revision="step") for row in rows if row["kind"]),
        Balances(first["free_dif"], first["free_cpf"], dif_end),
        organismes_of(first["organismes"]),
        attestation=DifAttestation(first["attested_to"], attested_at) if attested_at else None,
    )


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
    values["closing"] = known_value(ClosingReason, row["closing"])
    return Listed(**values)


async def mark_read(connection: Connection, dossier_id: UUID, revision: int) -> None:
    """Record that the titulaire has read the dossier at this revision."""
    await connection.execute(
        "UPDATE dossier SET read_revision = $2 WHERE id = $1 AND read_revision < $2",
        dossier_id,
        revision,
    )
