"""Queries of a person's page or dossier, which record the visit in the person's history.

Each is one statement: nothing is read without being recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection
from web.delegations import live_queries, visible_queries
from web.delegations.ending_queries import SHOWN_SIRET, SIRET_GROUPS
from web.delegations.live_queries import LIVE, live_delegation
from web.delegations.queries import TODAY
from web.delegations.records import LiveDelegation, Visible
from web.domain.hours.dif_end import DifEnd
from web.dossiers.queries import ORGANISMES, organismes_of
from web.dossiers.reading.queries import WHOLE, WHOLE_FROM, build_detail
from web.dossiers.records import DossierDetail, Organisme


@dataclass(frozen=True)
class Visit:
    """The visit of an employer's agent to a person, through a délégation."""

    delegation_id: UUID
    siret: str
    employer_name: str
    device: str


@dataclass(frozen=True)
class PersonRow:
    """The data that a délégation shows; `organismes` only if asked for, for a form."""

    delegation: LiveDelegation
    visible: Visible
    organismes: tuple[Organisme, ...]


@dataclass(frozen=True)
class DossierRow:
    """A dossier that a délégation shows."""

    delegation: LiveDelegation
    found: DossierDetail


def _used(condition: str = "true") -> str:
    """Return the CTEs of the délégation `mine`, if in force; record its first use of the day.

    The person is locked before the délégation is written, in the order that every writer follows;
    a délégation revoked while we waited is not used.
    """
    return f"""
        WITH mine AS MATERIALIZED (
            SELECT {live_queries.COLUMNS}, d.used_on
            FROM seen_delegation d JOIN account a USING (person_id)
            WHERE d.id = $1 AND d.siret = $2 AND {LIVE} AND {condition}
        ), locked AS MATERIALIZED (
            SELECT p.id FROM person p JOIN mine ON p.id = mine.granted_by
            WHERE mine.used_on IS DISTINCT FROM {TODAY} FOR NO KEY UPDATE OF p
        ), used AS (
            UPDATE delegation d SET used_on = {TODAY} FROM locked
            WHERE d.id = $1 AND d.person_id = locked.id AND d.revoked_at IS NULL
              AND d.used_on IS DISTINCT FROM {TODAY}
            RETURNING d.person_id, d.siret
        ), recorded AS (
            INSERT INTO event (person_id, kind, actor, actor_name, device, detail)
            SELECT person_id, 'delegation_used', 'employer', $3, $4,
                   regexp_replace(siret, $5, $6)
            FROM used
        )
    """  # noqa: S608


async def open_person(
    connection: Connection, visit: Visit, dif_end: DifEnd, *, with_organismes: bool = False
) -> PersonRow | None:
    """Return the data that the délégation shows; None when it is not in force."""
    rows = await connection.fetch(
        f"""
        {_used()}
        SELECT mine.*, {visible_queries.COLUMNS},
               CASE WHEN $7 THEN {ORGANISMES} ELSE '[]' END AS organismes
        FROM mine JOIN person p ON p.id = mine.granted_by {visible_queries.JOINS}
        ORDER BY {visible_queries.ORDER}
        """,  # noqa: S608
        *_parameters(visit),
        with_organismes,
    )
    if not rows:
        return None
    organismes = organismes_of(rows[0]["organismes"])
    return PersonRow(
        live_delegation(rows[0]), visible_queries.build_visible(rows, dif_end), organismes
    )


async def open_dossier(
    connection: Connection,
    visit: Visit,
    dossier_id: UUID,
    dif_end: DifEnd,
    *,
    with_organismes: bool = False,
) -> DossierRow | None:
    """Return a dossier of the person; None if the délégation is not in force or hides it."""
    is_shown = """
        EXISTS (SELECT FROM seen_dossier
                WHERE id = $8 AND person_id = a.person_id AND NOT confidential)
    """
    rows = await connection.fetch(
        f"""
        {_used(is_shown)}
        SELECT mine.*, {WHOLE},
               CASE WHEN $7 THEN {ORGANISMES} ELSE '[]' END AS organismes
        FROM mine CROSS JOIN {WHOLE_FROM}
        WHERE d.id = $8 AND d.person_id = mine.granted_by ORDER BY s.revision
        """,  # noqa: S608
        *_parameters(visit),
        with_organismes,
        dossier_id,
    )
    return DossierRow(live_delegation(rows[0]), build_detail(rows, dif_end)) if rows else None


def _parameters(visit: Visit) -> tuple[object, ...]:
    return (
        visit.delegation_id,
        visit.siret,
        visit.employer_name,
        visit.device,
        SIRET_GROUPS,
        SHOWN_SIRET,
    )
