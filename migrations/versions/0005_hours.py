"""The ledger of hours: movements that are only ever added; a balance is their sum.

DIF and CPF are two balances that never mix. DIF is undeclared until its first movement, even of 0.
A movement's `hours` is its effect on the hours free to use, `reserved` its effect on those that
validated dossiers hold. `dif_lock` has a row from the moment a dossier of the person is first
validated, for good.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE movement (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            person_id uuid NOT NULL REFERENCES person,
            balance text NOT NULL CHECK (balance IN ('dif', 'cpf')),
            kind text NOT NULL,
            hours integer NOT NULL,
            reserved integer NOT NULL DEFAULT 0,
            year integer,
            reference text NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )""")
    op.execute("CREATE INDEX movement_person ON movement (person_id, balance, id)")
    op.execute("""
        CREATE TABLE dif_lock (
            person_id uuid PRIMARY KEY REFERENCES person,
            dossier_number text NOT NULL,
            locked_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP;
        END $$""")
    op.execute("""
        CREATE TRIGGER movement_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON movement
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")
    op.execute("""
        CREATE VIEW hours_balance AS
        SELECT person_id,
               sum(hours) FILTER (WHERE balance = 'dif') AS dif,
               coalesce(sum(hours) FILTER (WHERE balance = 'cpf'), 0) AS cpf,
               max(year) FILTER (WHERE kind = 'cpf_yearly_credit') AS last_fed_year
        FROM movement GROUP BY person_id""")


def downgrade() -> None:
    op.execute("DROP VIEW hours_balance")
    op.execute("DROP TABLE dif_lock")
    op.execute("DROP TABLE movement")
    op.execute("DROP FUNCTION refuse_change")
