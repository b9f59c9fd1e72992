"""Opening a person's page or dossier: read, and told in the person's history, by one statement."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from web.accounts.delegations import SHOWN_SIRET, SIRET_GROUPS
from web.core.db import Connection
from web.delegations import live_queries, visible_queries
from web.delegations.live_queries import LIVE, live_delegation
from web.delegations.queries import TODAY
from web.delegations.records import LiveDelegation, Visible
from web.domain.dif_end import DifEnd
from web.dossiers import queries as dossiers
from web.dossiers.records import Found, Organisme


@dataclass(frozen=True)
class Visit:
    """An agent of an employer who comes to a person by a délégation."""

    delegation_id: UUID
    siret: str
    employer_name: str
    device: str


@dataclass(frozen=True)
class PersonRow:
    """What a délégation lets see; `organismes` only for a form."""

    delegation: LiveDelegation
    visible: Visible
    organismes: tuple[Organisme, ...]


@dataclass(frozen=True)
class DossierRow:
    """A dossier that a délégation lets see."""

    delegation: LiveDelegation
    found: Found


def _used(condition: str = "true") -> str:
    """The délégation `mine`, if it runs; its first use of the day goes into the history.

    The person is locked before the délégation is written, as everything that takes turns on a
    person does; a délégation that was revoked while we waited is not used.
    """
    return f"""
        WITH mine AS MATERIALIZED (
            SELECT {live_queries.COLUMNS}, d.used_on
            FROM seen_delegation d JOIN account a USING (person_id)
            WHERE d.id = $1 AND d.siret = $2 AND {LIVE} AND {condition}
        ), turn AS MATERIALIZED (
            SELECT p.id FROM person p JOIN mine ON p.id = mine.granted_by
            WHERE mine.used_on IS DISTINCT FROM {TODAY} FOR NO KEY UPDATE OF p
        ), used AS (
            UPDATE delegation d SET used_on = {TODAY} FROM turn
            WHERE d.id = $1 AND d.person_id = turn.id AND d.revoked_at IS NULL
              AND d.used_on IS DISTINCT FROM {TODAY}
            RETURNING d.person_id, d.siret
        ), told AS (
            INSERT INTO event (person_id, kind, actor, actor_name, device, detail)
            SELECT person_id, 'delegation_used', 'employer', $3, $4,
                   regexp_replace(siret, $5, $6)
            FROM used
        )
    """  # noqa: S608


async def open_person(
    connection: Connection, visit: Visit, dif_end: DifEnd, *, with_organismes: bool = False
) -> PersonRow | None:
    """What the délégation lets see of its person; None when it does not run."""
    rows = await connection.fetch(
        f"""
        {_used()}
        SELECT mine.*, {visible_queries.COLUMNS},
               CASE WHEN $7 THEN {dossiers.ORGANISMES} ELSE '[]' END AS organismes
        FROM mine JOIN person p ON p.id = mine.granted_by {visible_queries.JOINS}
        ORDER BY {visible_queries.ORDER}
        """,  # noqa: S608
        *_parameters(visit),
        with_organismes,
    )
    if not rows:
        return None
    organismes = dossiers.organismes_of(rows[0]["organismes"])
    return PersonRow(
        live_delegation(rows[0]), visible_queries.visible_of(rows, dif_end), organismes
    )


async def open_dossier(
    connection: Connection,
    visit: Visit,
    dossier_id: UUID,
    dif_end: DifEnd,
    *,
    with_organismes: bool = False,
) -> DossierRow | None:
    """A dossier of its person; None when the délégation does not run, or does not show it."""
    is_shown = """
        EXISTS (SELECT FROM seen_dossier
                WHERE id = $8 AND person_id = a.person_id AND NOT confidential)
    """
    rows = await connection.fetch(
        f"""
        {_used(is_shown)}
        SELECT mine.*, {dossiers.WHOLE},
               CASE WHEN $7 THEN {dossiers.ORGANISMES} ELSE '[]' END AS organismes
        FROM mine CROSS JOIN {dossiers.WHOLE_FROM}
        WHERE d.id = $8 AND d.person_id = mine.granted_by ORDER BY s.revision
        """,  # noqa: S608
        *_parameters(visit),
        with_organismes,
        dossier_id,
    )
    return DossierRow(live_delegation(rows[0]), dossiers.whole_of(rows, dif_end)) if rows else None


def _parameters(visit: Visit) -> tuple[object, ...]:
    return (
        visit.delegation_id,
        visit.siret,
        visit.employer_name,
        visit.device,
        SIRET_GROUPS,
        SHOWN_SIRET,
    )
