"""Queries that bring the ledger to the credits: set operations, for files of a million lines.

`feed_change` has the lines of the file that are new or differ from those fed before,
`feed_difference` the differences to write to the ledger: of a yearly credit with its year, of an
exceptional one with its reference.
"""

from __future__ import annotations

from web.core.db.bulk import affected_rows
from web.core.db.connection import Connection


async def find_differences(connection: Connection) -> None:
    """Compute every credit of the people whose hours changed, and its difference from the ledger.

    An exceptional credit is as its file grants it. A yearly one is computed as in
    web.domain.hours.rules.yearly_credit: each employer's share is capped at one, shares are added
    as exact fractions, the total is rounded up to whole hours, and years accumulate in order.
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
        SELECT person_id, year, NULL::text AS credit_reference,
               credit.hours - coalesce(written.hours, 0) AS hours,
               written.hours IS NULL AS is_first
        FROM credit LEFT JOIN written USING (person_id, year)
        WHERE written.hours IS NULL OR written.hours <> credit.hours
        """
    )
    await connection.execute(
        """
        WITH concerned AS (SELECT DISTINCT person_id FROM feed_change),
        credit AS (
            SELECT person_id, reference, hours
            FROM exceptional_credit JOIN concerned USING (person_id)
        ), written AS (
            SELECT credit_reference AS reference, sum(movement.hours)::int AS hours
            FROM movement JOIN credit ON credit.reference = credit_reference
            GROUP BY credit_reference
        )
        INSERT INTO feed_difference (person_id, credit_reference, hours, is_first)
        SELECT person_id, reference, credit.hours - coalesce(written.hours, 0),
               written.hours IS NULL
        FROM credit LEFT JOIN written USING (reference)
        WHERE credit.hours <> coalesce(written.hours, 0)
        """
    )
    await connection.execute("ANALYZE feed_difference")


async def write_gains(connection: Connection) -> tuple[int, int]:
    """Write the gains, years of 0 hours included; return the numbers of credits and corrections."""
    row = await connection.fetchrow(
        """
        WITH written AS (
            INSERT INTO movement (person_id, balance, kind, hours, year, credit_reference)
            SELECT person_id, 'cpf',
                   CASE WHEN NOT is_first THEN 'correction'
                        WHEN credit_reference IS NULL THEN 'cpf_yearly_credit'
                        ELSE 'exceptional_credit' END,
                   hours, year, credit_reference
            FROM feed_difference WHERE hours >= 0 ORDER BY person_id, year, credit_reference
            RETURNING kind
        )
        SELECT count(*) FILTER (WHERE kind <> 'correction') AS credits,
               count(*) FILTER (WHERE kind = 'correction') AS corrections
        FROM written
        """
    )
    assert row is not None  # noqa: S101 - counting always answers
    return row["credits"], row["corrections"]


async def lock_losers(connection: Connection) -> None:
    """Lock the people who are about to lose hours, so that nothing else uses their hours."""
    await connection.execute(
        """
        SELECT FROM person
        WHERE id IN (SELECT person_id FROM feed_difference WHERE hours < 0)
        ORDER BY id FOR NO KEY UPDATE
        """
    )


async def write_losses_at_once(connection: Connection) -> int:
    """Correct excess credits of people who have enough free hours, before writing any gain.

    In this order no intermediate balance exceeds its maximum. Returns the number of movements. To
    be called after lock_losers, which must be a separate statement, so that this one sees the
    changes of the lock's previous holder.
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
            RETURNING d.person_id, d.year, d.credit_reference, d.hours
        )
        INSERT INTO movement (person_id, balance, kind, hours, year, credit_reference)
        SELECT person_id, 'cpf', 'correction', hours, year, credit_reference
        FROM taken ORDER BY person_id, year, credit_reference
        """
    )
    return affected_rows(tag)


async def write_losses(connection: Connection) -> tuple[int, int]:
    """Correct the other excess credits as far as free hours allow.

    Gains of the same file count as free. No balance goes below 0: hours in use stay, and the rest
    is recovered by the person's next file, since each one recomputes all their credits. Returns the
    number of movements, and that of the hours that stay.
    """
    row = await connection.fetchrow(
        """
        WITH loss AS (
            SELECT person_id, year, credit_reference, -hours AS hours,
                   sum(-hours) OVER (PARTITION BY person_id ORDER BY year, credit_reference)
                       + hours AS before
            FROM feed_difference WHERE hours < 0
        ), free AS (
            SELECT person_id, sum(hours) AS hours FROM movement
            WHERE balance = 'cpf' AND person_id IN (SELECT person_id FROM loss)
            GROUP BY person_id
        ), written AS (
            INSERT INTO movement (person_id, balance, kind, hours, year, credit_reference)
            SELECT person_id, 'cpf', 'correction', -least(loss.hours, free.hours - before), year,
                   credit_reference
            FROM loss JOIN free USING (person_id)
            WHERE free.hours > before ORDER BY person_id, year, credit_reference
            RETURNING hours
        )
        SELECT (SELECT count(*) FROM written) AS corrections,
               (SELECT coalesce(sum(hours), 0) FROM loss)::int
                   + (SELECT coalesce(sum(hours), 0) FROM written)::int AS kept
        """
    )
    assert row is not None  # noqa: S101 - counting always answers
    return row["corrections"], row["kept"]
