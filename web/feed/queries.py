"""The feed in set operations: what a million lines change is a dozen statements.

Temporary tables belong to the connection. `feed_line` is the file, `feed_change` what of it is new
or differs from what was fed before, `feed_difference` what the ledger lacks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from web.core.bulk import BulkConnection
from web.core.db import Connection

# Any constant will do, as long as it is this program's own.
TURN = 7_261_041_008
STAGED = ("line", "nir_digest", "year", "siret", "hundredths", "reference")
StagedLine = tuple[int, bytes, int, str, int, int]


@dataclass(frozen=True)
class Repeated:
    """A line about the same person, year and employer as an earlier one."""

    line: int
    first: int


async def take_turn(connection: Connection) -> bool:
    """One feed at a time, until the connection closes; False when another is under way."""
    taken: bool = await connection.fetchval("SELECT pg_try_advisory_lock($1)", TURN)
    return taken


async def stage(connection: BulkConnection, rows: Iterable[StagedLine]) -> None:
    """Bring the file's lines into a temporary table, as they are read."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_line (
            line integer, nir_digest bytea, year integer, siret text,
            hundredths integer, reference integer
        )
        """
    )
    await connection.copy_records_to_table("feed_line", records=rows, columns=STAGED)
    await connection.execute("ANALYZE feed_line")


async def find_repeated(connection: Connection) -> list[Repeated]:
    """Lines that an earlier one already settled, in the file's order."""
    rows = await connection.fetch(
        """
        SELECT l.line, d.first FROM (
            SELECT nir_digest, year, siret, min(line) AS first FROM feed_line
            GROUP BY nir_digest, year, siret HAVING count(*) > 1
        ) d JOIN feed_line l USING (nir_digest, year, siret)
        WHERE l.line > d.first ORDER BY l.line
        """
    )
    return [Repeated(**row) for row in rows]


async def count_people(connection: Connection) -> int:
    """How many people the file is about."""
    count: int = await connection.fetchval(
        "SELECT count(*) FROM (SELECT DISTINCT nir_digest FROM feed_line) AS people"
    )
    return count


async def find_newcomers(connection: Connection) -> int:
    """Number the people nobody knew of, in their index's order; returns how many they are."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_newcomer AS
        SELECT row_number() OVER (ORDER BY nir_digest) AS number, nir_digest
        FROM (SELECT DISTINCT nir_digest FROM feed_line) l
        WHERE NOT EXISTS (SELECT FROM person p WHERE p.nir_digest = l.nir_digest)
        """
    )
    await connection.execute("CREATE INDEX ON feed_newcomer (number)")
    await connection.execute("ANALYZE feed_newcomer")
    count: int = await connection.fetchval("SELECT count(*) FROM feed_newcomer")
    return count


async def add_newcomers(connection: Connection, first: int, last: int) -> None:
    """Add some of them; one who registered meanwhile is there already."""
    await connection.execute(
        """
        INSERT INTO person (nir_digest)
        SELECT nir_digest FROM feed_newcomer WHERE number BETWEEN $1 AND $2 ORDER BY number
        ON CONFLICT (nir_digest) DO NOTHING
        """,
        first,
        last,
    )


async def keep_changes(connection: Connection) -> int:
    """Keep the hours worked that are new or corrected; returns how many they are."""
    await connection.execute(
        """
        CREATE TEMP TABLE feed_change ON COMMIT DROP AS
        SELECT p.id AS person_id, l.year, l.siret, l.hundredths, l.reference
        FROM feed_line l
        JOIN person p USING (nir_digest)
        LEFT JOIN hours_worked h
            ON h.person_id = p.id AND h.year = l.year AND h.siret = l.siret
        WHERE h.person_id IS NULL
           OR (h.hundredths, h.reference) <> (l.hundredths, l.reference)
        """
    )
    await connection.execute("ANALYZE feed_change")
    tag = await connection.execute(
        """
        INSERT INTO hours_worked (person_id, year, siret, hundredths, reference)
        SELECT person_id, year, siret, hundredths, reference FROM feed_change
        ORDER BY person_id, year, siret
        ON CONFLICT (person_id, year, siret) DO UPDATE
        SET hundredths = excluded.hundredths, reference = excluded.reference, fed_at = now()
        """
    )
    return _rows(tag)


async def find_differences(connection: Connection) -> None:
    """Compute every year of the people whose hours changed; keep where the ledger differs.

    As web.domain.hours.yearly_credit: each employer's share is at most one, shares are added as
    exact fractions, one hour begun is an hour earned, and a year starts from the years before it.
    """
    await connection.execute(
        """
        CREATE TEMP TABLE feed_difference ON COMMIT DROP AS
        WITH concerned AS (SELECT DISTINCT person_id FROM feed_change),
        employer AS (
            SELECT person_id, year, reference, least(hundredths, 100 * reference) AS worked,
                   common_multiple(reference) OVER (PARTITION BY person_id, year) AS common
            FROM hours_worked JOIN concerned USING (person_id)
        ), share AS (
            SELECT person_id, year, 100 * max(common) AS whole,
                   least(sum(worked * div(common, reference)), 100 * max(common)) AS part
            FROM employer GROUP BY person_id, year
        ), running AS (
            SELECT person_id, year,
                   cpf_total(div(24 * part + whole - 1, whole)::int,
                             div(12 * part + whole - 1, whole)::int)
                       OVER (PARTITION BY person_id ORDER BY year) AS total
            FROM share
        ), credit AS (
            SELECT person_id, year,
                   total - lag(total, 1, 0) OVER (PARTITION BY person_id ORDER BY year) AS hours
            FROM running
        ), written AS (
            SELECT person_id, year, sum(hours)::int AS hours
            FROM movement JOIN concerned USING (person_id)
            WHERE balance = 'cpf' AND year IS NOT NULL
              AND kind IN ('cpf_yearly_credit', 'correction')
            GROUP BY person_id, year
        )
        SELECT person_id, year, credit.hours - coalesce(written.hours, 0) AS hours,
               written.hours IS NULL AS is_first
        FROM credit LEFT JOIN written USING (person_id, year)
        WHERE written.hours IS NULL OR written.hours <> credit.hours
        """
    )
    await connection.execute("ANALYZE feed_difference")


async def write_gains(connection: Connection) -> tuple[int, int]:
    """Credit what is earned, a year of 0 hours included; returns how many credits, corrections."""
    row = await connection.fetchrow(
        """
        WITH written AS (
            INSERT INTO movement (person_id, balance, kind, hours, year)
            SELECT person_id, 'cpf',
                   CASE WHEN is_first THEN 'cpf_yearly_credit' ELSE 'correction' END, hours, year
            FROM feed_difference WHERE hours >= 0 ORDER BY person_id, year
            RETURNING kind
        )
        SELECT count(*) FILTER (WHERE kind = 'cpf_yearly_credit') AS credits,
               count(*) FILTER (WHERE kind = 'correction') AS corrections
        FROM written
        """
    )
    assert row is not None  # noqa: S101 - counting always answers
    return row["credits"], row["corrections"]


async def lock_losers(connection: Connection) -> None:
    """Take turns with whatever uses the hours of those who are about to lose some."""
    await connection.execute(
        """
        SELECT FROM person
        WHERE id IN (SELECT person_id FROM feed_difference WHERE hours < 0)
        ORDER BY id FOR NO KEY UPDATE
        """
    )


async def write_losses_at_once(connection: Connection) -> int:
    """Take back what was credited too much from those who have it all free, before any gain.

    In this order no balance passes through a height it should not reach. Returns how many
    movements. After lock_losers, in a statement of its own: it must see what the last holder did.
    """
    tag = await connection.execute(
        """
        WITH loser AS (
            SELECT person_id, sum(-hours) AS hours FROM feed_difference
            WHERE hours < 0 GROUP BY person_id
        ), free AS (
            SELECT person_id, sum(hours) AS hours FROM movement
            WHERE balance = 'cpf' AND person_id IN (SELECT person_id FROM loser)
            GROUP BY person_id
        ), taken AS (
            DELETE FROM feed_difference d USING loser JOIN free USING (person_id)
            WHERE d.person_id = loser.person_id AND d.hours < 0 AND free.hours >= loser.hours
            RETURNING d.person_id, d.year, d.hours
        )
        INSERT INTO movement (person_id, balance, kind, hours, year)
        SELECT person_id, 'cpf', 'correction', hours, year FROM taken ORDER BY person_id, year
        """
    )
    return _rows(tag)


async def write_losses(connection: Connection) -> int:
    """Take back from the others what is free, gains included; returns how many movements.

    No balance goes below 0: hours in use stay, and what could not be taken back is taken from the
    person's next feed, since each one computes all their years anew.
    """
    tag = await connection.execute(
        """
        WITH loss AS (
            SELECT person_id, year, -hours AS hours,
                   sum(-hours) OVER (PARTITION BY person_id ORDER BY year) + hours AS before
            FROM feed_difference WHERE hours < 0
        ), free AS (
            SELECT person_id, sum(hours) AS hours FROM movement
            WHERE balance = 'cpf' AND person_id IN (SELECT person_id FROM loss)
            GROUP BY person_id
        )
        INSERT INTO movement (person_id, balance, kind, hours, year)
        SELECT person_id, 'cpf', 'correction', -least(loss.hours, free.hours - before), year
        FROM loss JOIN free USING (person_id)
        WHERE free.hours > before ORDER BY person_id, year
        """
    )
    return _rows(tag)


def _rows(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
