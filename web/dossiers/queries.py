"""Queries of dossiers that reads, drafts and decisions share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from web.core.db.connection import Connection, Record
from web.core.vocabulary import known_value
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.situation import OrganismeCategory, Situation
from web.domain.submission import Draft
from web.dossiers.records import AccountOf, Dossier, Hours, MailStep, Organisme, Step
from web.people.history.events import Actor

DOSSIER = """
    d.id, d.person_id, d.number, d.status, d.closing, d.revision, d.read_revision, d.code_cpf,
    d.title, d.trainer_name, d.trainer_siret, d.starts_on, d.ends_on, d.duration, d.cost,
    d.on_working_time, d.situation, d.employer, d.organisme_id, d.confidential, d.created_at,
    d.changed_at, d.consent_at, d.submitted_at, coalesce(o.name, '') AS organisme_name,
    o.category AS organisme_category,
    h.dossier_id IS NOT NULL AS has_hours, h.dif AS hours_dif, h.cpf AS hours_cpf, h.elsewhere,
    EXISTS (SELECT FROM seen_dossier WHERE id = d.id) AS is_seen
"""
JOINED = """
    dossier d LEFT JOIN organisation o ON o.id = d.organisme_id
    LEFT JOIN dossier_hours h ON h.dossier_id = d.id
"""
ORGANISMES = """
    (SELECT coalesce(json_agg(
        json_build_object('id', id, 'name', name, 'category', category) ORDER BY name), '[]')
     FROM organisation WHERE kind = 'organisme')::text
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
        f"SELECT {DOSSIER} FROM {JOINED} WHERE d.id = $1",  # noqa: S608
        dossier_id,
    )
    return build_dossier(row) if row else None


async def find_last_step(connection: Connection, dossier_id: UUID) -> Step | None:
    """Return the dossier's newest step."""
    row = await connection.fetchrow(
        """
        SELECT revision, kind, actor, actor_name, reason, followed, at FROM dossier_step
        WHERE dossier_id = $1 ORDER BY revision DESC LIMIT 1
        """,
        dossier_id,
    )
    return build_step(row) if row else None


async def was_submitted(connection: Connection, dossier_id: UUID) -> bool:
    """Return whether the dossier was ever submitted, even if it is a draft again."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM dossier_step WHERE dossier_id = $1 AND kind = 'submit')",
        dossier_id,
    )
    return found


@dataclass(frozen=True)
class NewStep:
    """A step to insert; `reason` is sealed for this revision, `followed` is in hours."""

    dossier_id: UUID
    revision: int
    kind: Event
    actor: str
    actor_name: str
    reason: bytes | None = None
    followed: int | None = None


async def add_step(connection: Connection, step: NewStep) -> None:
    """Insert a step into the timeline."""
    await connection.execute(
        """
        INSERT INTO dossier_step (dossier_id, revision, kind, actor, actor_name, reason, followed)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        step.dossier_id,
        step.revision,
        step.kind.value,
        step.actor,
        step.actor_name,
        step.reason,
        step.followed,
    )


async def find_notified_account(connection: Connection, event_id: UUID) -> AccountOf | None:
    """Return the person's web account, if they have one now and it sees this event."""
    row = await connection.fetchrow(
        """
        SELECT a.id, a.identity FROM seen_event e JOIN account a USING (person_id) WHERE e.id = $1
        """,
        event_id,
    )
    return AccountOf(**row) if row else None


async def find_mail_steps(connection: Connection, event_ids: Sequence[UUID]) -> list[MailStep]:
    """Return the steps behind these events, oldest first; none without account or dossier."""
    rows = await connection.fetch(
        """
        SELECT e.kind, e.occurred_at, d.number, d.id AS dossier_id,
               coalesce(nullif(e.actor_name, ''), o.name, '') AS organisme,
               a.id AS account_id, a.identity
        FROM seen_event e
        JOIN seen_dossier d ON d.number = e.detail AND d.person_id = e.person_id
        JOIN account a ON a.person_id = e.person_id
        LEFT JOIN organisation o ON o.id = d.organisme_id
        WHERE e.id = ANY ($1) ORDER BY e.occurred_at, e.position
        """,
        event_ids,
    )
    return [MailStep(**row) for row in rows]


def build_dossier(row: Record) -> Dossier:
    """Build a dossier from DOSSIER."""
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
        situation=Situation(row["situation"]) if row["situation"] else None,
        employer=row["employer"],
        organisme=str(organisme_id) if organisme_id else "",
        confidential=row["confidential"],
    )
    hours = Hours(row["hours_dif"], row["hours_cpf"], row["elsewhere"])
    names = ("id", "person_id", "is_seen", "number", "revision", "read_revision", "organisme_name")
    moments = ("created_at", "changed_at", "consent_at", "submitted_at")
    return Dossier(
        **{name: row[name] for name in (*names, *moments)},
        status=Status(row["status"]),
        closing=ClosingReason(row["closing"]) if row["closing"] else None,
        contents=contents,
        organisme_id=organisme_id,
        organisme_category=_category(row["organisme_category"]),
        hours=hours if row["has_hours"] else None,
    )


def build_step(row: Record, *, revision: str = "revision") -> Step:
    """Build a step from its columns; `revision` names that of its revision."""
    return Step(
        row[revision],
        known_value(Event, row["kind"]),
        Actor(row["actor"]),
        row["actor_name"],
        row["reason"],
        row["followed"],
        row["at"],
    )


def organismes_of(text: str) -> tuple[Organisme, ...]:
    """Parse the JSON of ORGANISMES."""
    return tuple(
        Organisme(one["id"], one["name"], _category(one["category"])) for one in json.loads(text)
    )


def _category(text: str | None) -> OrganismeCategory | None:
    return OrganismeCategory(text) if text else None
