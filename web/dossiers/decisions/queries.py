"""Writes of decisions, to be called under the person's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.domain.dossier import ClosingReason, Status
from web.domain.hours.ledger import Movement


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


async def was_attestation_seen(connection: Connection, person_id: UUID) -> bool:
    """Return whether an organisme has seen the attestation of the person's DIF hours."""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM dif_attestation WHERE person_id = $1)", person_id
    )
    return found


async def insert_attestation(
    connection: Connection, person_id: UUID, organisme_name: str, number: str
) -> None:
    """Insert that an organisme has seen the attestation, for good."""
    await connection.execute(
        """
        INSERT INTO dif_attestation (person_id, organisme_name, dossier_number)
        VALUES ($1, $2, $3)
        """,
        person_id,
        organisme_name,
        number,
    )


async def insert_dif_lock(connection: Connection, person_id: UUID, number: str) -> None:
    """Lock the DIF balance for good, from the first validation on."""
    await connection.execute(
        """
        INSERT INTO dif_lock (person_id, dossier_number, locked_at)
        VALUES ($1, $2, clock_timestamp()) ON CONFLICT (person_id) DO NOTHING
        """,
        person_id,
        number,
    )
