"""Queries of the ledger of hours."""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from web.core.db.connection import Connection
from web.core.rate_limit import DAY, Limit
from web.domain.hours.dif_end import DifEnd
from web.hours.balances import Balances
from web.hours.chart import HoursChart, build_chart

# Movements are permanent, hence a limit.
CHANGES_A_DAY = Limit("changes of the DIF a day", 20, DAY)


class DifOutcome(enum.Enum):
    """The outcome of setting the DIF balance; a dossier validated first has locked it."""

    SAVED = "saved"
    LOCKED = "locked"
    TOO_MANY = "too many"


@dataclass(frozen=True)
class LedgerLine:
    """A movement, with the balance after it; hours are whole.

    `hours` is its effect on the hours free to use, `reserved` on those reserved by dossiers.
    `activity_year`: the year it is credited for, if any; `year`: that one, else the year in which
    the exceptional credit was granted or the movement written. `credit_kind`, `granted_on` and
    `granted_by`: of the exceptional credit that it makes or corrects, if any. `of_former`: for a
    dossier or a credit of an earlier account, which this one does not see.
    """

    balance: str
    kind: str
    hours: int
    reserved: int
    reference: str
    created_at: datetime
    balance_after: int
    activity_year: int | None
    year: int
    credit_kind: str | None
    granted_on: date | None
    granted_by: str | None
    of_former: bool


@dataclass(frozen=True)
class DifLock:
    """The lock of the DIF balance; the number is '' for a dossier this account does not see."""

    dossier_number: str
    locked_at: datetime


@dataclass(frozen=True)
class DifAttestation:
    """The attestation of the DIF hours, seen by an organisme; '' if this account may not know."""

    organisme_name: str
    seen_at: datetime


@dataclass(frozen=True)
class HoursAccount:
    """The data of the page of hours, newest movement first."""

    lines: tuple[LedgerLine, ...]
    lock: DifLock | None
    attestation: DifAttestation | None
    chart: HoursChart | None
    dif_end: DifEnd

    @property
    def balances(self) -> Balances:
        """The balances that dossiers may use, with the end of the DIF."""
        return Balances(self.dif, self.cpf, self.dif_end)

    @property
    def dif(self) -> int | None:
        """The DIF balance in hours, even ended; None while it is « non renseigné »."""
        return next((line.balance_after for line in self.lines if line.balance == "dif"), None)

    def reserved(self, balance: str) -> int:
        """Return the hours of a balance that validated dossiers reserve."""
        return sum(line.reserved for line in self.lines if line.balance == balance)

    @property
    def held_formerly(self) -> int:
        """The hours reserved by dossiers of an earlier account, which this one does not see."""
        return sum(line.reserved for line in self.lines if line.of_former)

    @property
    def cpf(self) -> int:
        """The CPF balance in hours."""
        return next((line.balance_after for line in self.lines if line.balance == "cpf"), 0)


async def find_balances(connection: Connection, person_id: UUID, dif_end: DifEnd) -> Balances:
    """Return the person's usable hours.

    To act on them, lock the person first (web.people.queries), and only then read `dif_end`: the
    wait for the lock may last past midnight.
    """
    row = await connection.fetchrow(
        "SELECT dif::int AS dif, cpf::int AS cpf FROM hours_balance WHERE person_id = $1", person_id
    )
    return Balances(row["dif"], row["cpf"], dif_end) if row else Balances(None, 0, dif_end)


async def get_hours(connection: Connection, person_id: UUID, dif_end: DifEnd) -> HoursAccount:
    """Return the ledger and the lock, from one snapshot (one statement)."""
    rows = await connection.fetch(
        """
        SELECT m.balance, m.kind, m.hours, m.reserved,
               coalesce(c.reference, m.reference) AS reference, m.created_at,
               sum(m.hours) OVER (PARTITION BY m.balance ORDER BY m.id)::int AS balance_after,
               m.year AS activity_year,
               coalesce(m.year, extract(year FROM c.granted_on)::int,
                        extract(year FROM m.created_at AT TIME ZONE 'Europe/Paris')::int) AS year,
               c.kind AS credit_kind, c.granted_on, c.granted_by,
               m.of_former OR m.credit_reference IS NOT NULL AND c.reference IS NULL AS of_former,
               l.dossier_number, l.locked_at, t.organisme_name, t.seen_at, y.credited
        FROM person p
        LEFT JOIN seen_dif_lock l ON l.person_id = p.id
        LEFT JOIN seen_dif_attestation t ON t.person_id = p.id
        LEFT JOIN LATERAL (
            SELECT array_agg(ARRAY[year, hours, exceptional]) AS credited
            FROM hours_by_year WHERE person_id = p.id
        ) y ON true
        LEFT JOIN seen_movement m ON m.person_id = p.id
        LEFT JOIN seen_exceptional_credit c ON c.reference = m.credit_reference
        WHERE p.id = $1 ORDER BY m.id DESC
        """,
        person_id,
    )
    first = rows[0]
    lock = DifLock(first["dossier_number"], first["locked_at"]) if first["locked_at"] else None
    seen = DifAttestation(first["organisme_name"], first["seen_at"]) if first["seen_at"] else None
    names = [field.name for field in fields(LedgerLine)]
    lines = tuple(LedgerLine(*(row[name] for name in names)) for row in rows if row["kind"])
    return HoursAccount(lines, lock, seen, build_chart(first["credited"]), dif_end)


async def set_dif(connection: Connection, person_id: UUID, hours: int, device: str) -> DifOutcome:
    """Bring the DIF balance to `hours` by one movement, and record the event.

    Writes nothing if the balance is already `hours`, is locked, or reached its CHANGES_A_DAY.

    To be called after lock_person, which must be a separate statement, so that this one sees the
    changes of the lock's previous holder.
    """
    outcome: str = await connection.fetchval(
        """
        WITH dif AS (
            SELECT count(*) > 0 AS declared, coalesce(sum(hours), 0)::int AS now_at,
                   EXISTS (SELECT FROM dif_lock WHERE person_id = $1) AS is_locked
            FROM movement WHERE person_id = $1 AND balance = 'dif'
        ), moved AS (
            INSERT INTO movement (person_id, balance, kind, hours)
            SELECT $1, 'dif', CASE WHEN declared THEN 'dif_corrected' ELSE 'dif_declared' END,
                   $2 - now_at
            FROM dif WHERE (NOT declared OR now_at <> $2) AND NOT is_locked
              AND (SELECT count(*) < $4 FROM movement
                   WHERE person_id = $1 AND balance = 'dif'
                     AND created_at > now() - make_interval(secs => $5))
            RETURNING kind
        ), noted AS (
            INSERT INTO event (person_id, kind, actor, device, detail)
            SELECT $1, kind, 'titulaire', $3, $2 || E'\\u00a0h' FROM moved
        )
        SELECT CASE WHEN declared AND now_at = $2 OR EXISTS (SELECT FROM moved) THEN 'saved'
                    WHEN is_locked THEN 'locked' ELSE 'too many' END
        FROM dif
        """,
        person_id,
        hours,
        device,
        CHANGES_A_DAY.hits,
        CHANGES_A_DAY.seconds,
    )
    return DifOutcome(outcome)
