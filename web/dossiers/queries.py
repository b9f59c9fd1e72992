"""Reads of dossiers de formation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.domain.dif_end import DifEnd
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.submission import Draft
from web.dossiers.records import (
    AccountOf,
    ChoiceLabels,
    Dossier,
    DossierDetail,
    Hours,
    NewDossierContext,
    Organisme,
    Step,
)
from web.hours.balances import Balances
from web.people.history import Actor

_DOSSIER = """
    d.id, d.person_id, d.number, d.status, d.closing, d.revision, d.code_cpf, d.title,
    d.trainer_name, d.trainer_siret, d.starts_on, d.ends_on, d.duration, d.cost,
    d.on_working_time, d.organisme_id, d.confidential, d.created_at, d.changed_at, d.consent_at,
    d.submitted_at, coalesce(o.name, '') AS organisme_name,
    h.dossier_id IS NOT NULL AS has_hours, h.dif AS hours_dif, h.cpf AS hours_cpf, h.elsewhere,
    EXISTS (SELECT FROM seen_dossier WHERE id = d.id) AS is_seen
"""
_JOINED = """
    dossier d LEFT JOIN organisation o ON o.id = d.organisme_id
    LEFT JOIN dossier_hours h ON h.dossier_id = d.id
"""
ORGANISMES = """
    (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name) ORDER BY name), '[]')
     FROM organisation WHERE kind = 'organisme')::text
"""
# The catalogue's title for the code $1, unless the code is no longer valid.
_TITLE_OF_CODE = """
    (SELECT c.title FROM formation f
     JOIN certification c ON c.version_id = f.version_id AND c.number = f.certification
     WHERE f.version_id = (SELECT max(id) FROM catalogue_version) AND f.code_cpf = $1
       AND coalesce(f.valid_until >= (now() AT TIME ZONE 'Europe/Paris')::date, true))
"""
# All that the pages of a dossier show but the organismes, to embed in larger statements.
WHOLE = f"""
    {_DOSSIER}, b.dif::int AS free_dif, coalesce(b.cpf, 0)::int AS free_cpf,
    s.revision AS step, s.kind, s.actor, s.actor_name, s.reason, s.followed, s.at
"""
WHOLE_FROM = f"""
    {_JOINED}
    LEFT JOIN hours_balance b ON b.person_id = d.person_id
    LEFT JOIN dossier_step s ON s.dossier_id = d.id
"""


async def find_person_id(connection: Connection, dossier_id: UUID) -> UUID | None:
    """Return the id of the person the dossier belongs to."""
    found: UUID | None = await connection.fetchval(
        "SELECT person_id FROM dossier WHERE id = $1", dossier_id
    )
    return found


async def find_dossier(connection: Connection, dossier_id: UUID) -> Dossier | None:
    """Return the dossier without any access check: web.dossiers.access does that."""
    row = await connection.fetchrow(
        f"SELECT {_DOSSIER} FROM {_JOINED} WHERE d.id = $1",  # noqa: S608
        dossier_id,
    )
    return _dossier(row) if row else None


async def find_last_step(connection: Connection, dossier_id: UUID) -> Step | None:
    """Return the dossier's newest step."""
    row = await connection.fetchrow(
        """
        SELECT revision, kind, actor, actor_name, reason, followed, at FROM dossier_step
        WHERE dossier_id = $1 ORDER BY revision DESC LIMIT 1
        """,
        dossier_id,
    )
    return _step(row) if row else None


async def was_submitted(connection: Connection, dossier_id: UUID) -> bool:
    """Return whether the dossier was ever submitted, even if it is a draft again."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM dossier_step WHERE dossier_id = $1 AND kind = 'submit')",
        dossier_id,
    )
    return found


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
    return replace(whole_of(rows, dif_end), account=account)


def whole_of(rows: Sequence[Record], dif_end: DifEnd) -> DossierDetail:
    """Build the dossier from rows of WHOLE and `organismes`, one row per step."""
    first = rows[0]
    return DossierDetail(
        _dossier(first),
        tuple(_step(row, revision="step") for row in rows if row["kind"]),
        Balances(first["free_dif"], first["free_cpf"], dif_end),
        organismes_of(first["organismes"]),
    )


async def get_new_dossier_context(
    connection: Connection, person_id: UUID, dif_end: DifEnd, code: str = ""
) -> NewDossierContext:
    """Return the person's free hours, the organismes to choose from, and the title of a code.

    In one statement, to keep the page within its budget of two; an expired code has no title.
    """
    row = await connection.fetchrow(
        f"""
        SELECT b.dif::int AS dif, coalesce(b.cpf, 0)::int AS cpf, {ORGANISMES} AS organismes,
               {_TITLE_OF_CODE} AS title
        FROM person p LEFT JOIN hours_balance b ON b.person_id = p.id WHERE p.id = $2
        """,  # noqa: S608
        code,
        person_id,
    )
    assert row is not None  # noqa: S101 - an account always has its person
    balances = Balances(row["dif"], row["cpf"], dif_end)
    return NewDossierContext(balances, organismes_of(row["organismes"]), row["title"] or "")


async def get_choice_labels(connection: Connection, code: str) -> ChoiceLabels:
    """Return the labels of a form's choices: the organismes, and the title of a code."""
    row = await connection.fetchrow(
        f"SELECT {ORGANISMES} AS organismes, {_TITLE_OF_CODE} AS title",
        code,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has its row
    return ChoiceLabels(organismes_of(row["organismes"]), row["title"] or "")


async def is_organisme(connection: Connection, organisme_id: UUID) -> bool:
    """Return whether a dossier may be addressed to this organisme."""
    known: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM organisation WHERE id = $1 AND kind = 'organisme')",
        organisme_id,
    )
    return known


def _dossier(row: Record) -> Dossier:
    organisme_id: UUID | None = row["organisme_id"]
    contents = Draft(
        title=row["title"],
        code_cpf=row["code_cpf"],
        trainer_name=row["trainer_name"],
        trainer_siret=row["trainer_siret"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        duration=row["duration"],
        cost=row["cost"],
        on_working_time=row["on_working_time"],
        organisme=str(organisme_id) if organisme_id else "",
        confidential=row["confidential"],
    )
    hours = Hours(row["hours_dif"], row["hours_cpf"], row["elsewhere"])
    names = ("id", "person_id", "is_seen", "number", "revision", "organisme_name", "created_at")
    moments = ("changed_at", "consent_at", "submitted_at")
    return Dossier(
        **{name: row[name] for name in (*names, *moments)},
        status=Status(row["status"]),
        closing=ClosingReason(row["closing"]) if row["closing"] else None,
        contents=contents,
        organisme_id=organisme_id,
        hours=hours if row["has_hours"] else None,
    )


def _step(row: Record, *, revision: str = "revision") -> Step:
    return Step(
        row[revision],
        Event(row["kind"]),
        Actor(row["actor"]),
        row["actor_name"],
        row["reason"],
        row["followed"],
        row["at"],
    )


def organismes_of(text: str) -> tuple[Organisme, ...]:
    """Parse the JSON of ORGANISMES."""
    return tuple(Organisme(**one) for one in json.loads(text))
