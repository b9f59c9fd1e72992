"""Writes of dossiers de formation; to be called under the person's lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.domain.dossier import ClosingReason, Event, Status
from web.domain.ledger import Movement
from web.domain.submission import Draft


async def add_dossier(
    connection: Connection, dossier_id: UUID, person_id: UUID, number: str, contents: Draft
) -> bool:
    """Insert a draft; return False when another dossier already has this number."""
    tag = await connection.execute(
        """
        INSERT INTO dossier (id, person_id, number, code_cpf, title, trainer_name, trainer_siret,
            starts_on, ends_on, duration, cost, on_working_time, organisme_id, confidential,
            created_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
            clock_timestamp(), clock_timestamp())
        ON CONFLICT (number) DO NOTHING
        """,
        dossier_id,
        person_id,
        number,
        *_values(contents),
    )
    return tag.endswith(" 1")


async def save_contents(connection: Connection, dossier_id: UUID, contents: Draft) -> int:
    """Replace the contents; return the new revision."""
    revision: int = await connection.fetchval(
        """
        UPDATE dossier SET code_cpf = $2, title = $3, trainer_name = $4, trainer_siret = $5,
            starts_on = $6, ends_on = $7, duration = $8, cost = $9, on_working_time = $10,
            organisme_id = $11, confidential = $12, revision = revision + 1,
            changed_at = clock_timestamp()
        WHERE id = $1 RETURNING revision
        """,
        dossier_id,
        *_values(contents),
    )
    return revision


async def delete_dossier(connection: Connection, dossier_id: UUID) -> None:
    """Delete a draft and its steps; the history keeps its number."""
    await connection.execute("DELETE FROM dossier WHERE id = $1", dossier_id)


async def set_status(
    connection: Connection,
    dossier_id: UUID,
    status: Status,
    closing: ClosingReason | None,
    consent_at: datetime | None,
) -> int:
    """Set the status; return the new revision.

    A submission is dated by its consent; a draft has neither date.
    """
    revision: int = await connection.fetchval(
        """
        UPDATE dossier SET status = $2, closing = $3,
            consent_at = CASE WHEN $2 = 'elaboration' THEN NULL ELSE coalesce($4, consent_at) END,
            submitted_at =
                CASE WHEN $2 = 'elaboration' THEN NULL ELSE coalesce($4, submitted_at) END,
            revision = revision + 1, changed_at = clock_timestamp()
        WHERE id = $1 RETURNING revision
        """,
        dossier_id,
        status.value,
        closing.value if closing else None,
        consent_at,
    )
    return revision


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


async def now(connection: Connection) -> datetime:
    """Return the database's time, which dates a consent."""
    moment: datetime = await connection.fetchval("SELECT clock_timestamp()")
    return moment


async def add_movements(
    connection: Connection, person_id: UUID, number: str, movements: Sequence[Movement]
) -> None:
    """Insert a dossier's movements of hours, in order; its number is their reference."""
    await connection.execute(
        """
        INSERT INTO movement (person_id, reference, balance, kind, hours, reserved)
        SELECT $1, $2, balance, kind, hours, reserved
        FROM unnest($3::text[], $4::text[], $5::int[], $6::int[])
            WITH ORDINALITY AS moved (balance, kind, hours, reserved, rank)
        ORDER BY rank
        """,
        person_id,
        number,
        [movement.balance.value for movement in movements],
        [movement.kind.value for movement in movements],
        [movement.effect_on_free for movement in movements],
        [movement.effect_on_reserved for movement in movements],
    )


async def set_hours(
    connection: Connection, dossier_id: UUID, dif: int, cpf: int, elsewhere: int
) -> None:
    """Set the hours that the dossier reserves now, or has used."""
    await connection.execute(
        """
        INSERT INTO dossier_hours (dossier_id, dif, cpf, elsewhere) VALUES ($1, $2, $3, $4)
        ON CONFLICT (dossier_id) DO UPDATE
        SET dif = excluded.dif, cpf = excluded.cpf, elsewhere = excluded.elsewhere
        """,
        dossier_id,
        dif,
        cpf,
        elsewhere,
    )


async def lock_dif(connection: Connection, person_id: UUID, number: str) -> None:
    """Lock the DIF balance for good, from the first validation on."""
    await connection.execute(
        """
        INSERT INTO dif_lock (person_id, dossier_number, locked_at)
        VALUES ($1, $2, clock_timestamp()) ON CONFLICT (person_id) DO NOTHING
        """,
        person_id,
        number,
    )


def _values(contents: Draft) -> tuple[object, ...]:
    return (
        contents.code_cpf,
        contents.title,
        contents.trainer_name,
        contents.trainer_siret,
        contents.starts_on,
        contents.ends_on,
        contents.duration,
        contents.cost,
        contents.on_working_time,
        UUID(contents.organisme) if contents.organisme else None,
        contents.confidential,
    )


async def find_again_at(
    connection: Connection, person_id: UUID, kind: str, employer_name: str, most_a_day: int
) -> datetime | None:
    """Return when an employer at its limit of `most_a_day` may act again; None: at once."""
    again_at: datetime | None = await connection.fetchval(
        """
        SELECT occurred_at + interval '1 day' FROM event
        WHERE person_id = $1 AND kind = $2 AND actor = 'employer' AND actor_name = $3
              AND occurred_at > clock_timestamp() - interval '1 day'
        ORDER BY occurred_at DESC OFFSET $4 - 1 LIMIT 1
        """,
        person_id,
        kind,
        employer_name,
        most_a_day,
    )
    return again_at
