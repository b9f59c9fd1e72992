"""The hours worked that the yearly feed brings, and what of them the law makes CPF hours.

`hours_worked` keeps the latest figures of each employer for each year, in hundredths of an hour:
the credit of a year is computed from them anew, so that neither the order of the files nor a
correction changes where a person ends up. `cpf_total` is one year's step of that computation, as
`web.domain.hours.rules.yearly_credit` says it.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE hours_worked (
            person_id uuid NOT NULL REFERENCES person,
            year integer NOT NULL,
            siret text NOT NULL,
            hundredths integer NOT NULL CHECK (hundredths >= 0),
            reference integer NOT NULL CHECK (reference > 0),
            fed_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (person_id, year, siret)
        )""")
    # Shares of a year have the agreements' yearly hours as denominators: numeric never overflows.
    op.execute("""
        CREATE AGGREGATE common_multiple(numeric) (
            SFUNC = lcm, STYPE = numeric, INITCOND = '1', PARALLEL = SAFE
        )""")
    op.execute("""
        CREATE FUNCTION cpf_add(so_far integer, full_rate integer, reduced_rate integer)
        RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
        BEGIN
            IF so_far < 120 THEN RETURN least(so_far + full_rate, 120); END IF;
            RETURN greatest(so_far, least(so_far + reduced_rate, 150));
        END $$""")
    op.execute("""
        CREATE AGGREGATE cpf_total(integer, integer) (
            SFUNC = cpf_add, STYPE = integer, INITCOND = '0', PARALLEL = SAFE
        )""")
    # DIF hours were acquired until the end of 2014, whenever they are declared.
    op.execute("""
        CREATE VIEW hours_by_year AS
        SELECT person_id,
               CASE WHEN balance = 'dif' THEN 2014 ELSE coalesce(
                   year, extract(year FROM created_at AT TIME ZONE 'Europe/Paris')::int)
               END AS year,
               sum(hours)::int AS hours
        FROM movement
        WHERE kind IN ('dif_declared', 'dif_corrected', 'cpf_yearly_credit', 'correction',
                       'exceptional_credit')
        GROUP BY 1, 2""")


def downgrade() -> None:
    op.execute("DROP VIEW hours_by_year")
    op.execute("DROP AGGREGATE cpf_total(integer, integer)")
    op.execute("DROP FUNCTION cpf_add")
    op.execute("DROP AGGREGATE common_multiple(numeric)")
    op.execute("DROP TABLE hours_worked")
