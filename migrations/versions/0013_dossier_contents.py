"""What a dossier de formation says, and the steps of its life.

A draft may be incomplete: what is not filled in yet is '' or NULL. `revision` grows with each
change, so that who saves or decides on an older view is told. `dossier_step` is what the person
reads as a timeline, one row for each revision; the reason an organisme writes is sealed, it may
hold anything. `submitted_at` and `consent_at` are those of the submission under way or decided on:
a dossier that is sent back has none.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE dossier
            ADD COLUMN closing text
                CHECK (closing IN ('termine', 'abandonne', 'annule', 'refuse')),
            ADD COLUMN code_cpf text NOT NULL DEFAULT '',
            ADD COLUMN title text NOT NULL DEFAULT '',
            ADD COLUMN trainer_name text NOT NULL DEFAULT '',
            ADD COLUMN trainer_siret text NOT NULL DEFAULT '',
            ADD COLUMN starts_on date,
            ADD COLUMN ends_on date,
            ADD COLUMN duration integer CHECK (duration > 0),
            ADD COLUMN cost numeric(9, 2) CHECK (cost >= 0),
            ADD COLUMN on_working_time boolean,
            ADD COLUMN organisme_id uuid REFERENCES organisation,
            ADD COLUMN confidential boolean NOT NULL DEFAULT false,
            ADD COLUMN consent_at timestamptz,
            ADD COLUMN submitted_at timestamptz,
            ADD COLUMN revision integer NOT NULL DEFAULT 0,
            ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
            ADD CHECK ((status = 'clos') = (closing IS NOT NULL)),
            ADD CHECK (status = 'elaboration' OR coalesce(closing, '') IN ('annule', 'refuse')
                       OR (consent_at IS NOT NULL AND organisme_id IS NOT NULL))""")
    op.execute("""
        CREATE INDEX dossier_queue ON dossier (organisme_id, status, submitted_at)
        WHERE organisme_id IS NOT NULL""")
    # The hours a dossier holds, or has taken, of each balance: at most 150 together (L6323-11).
    op.execute("""
        CREATE TABLE dossier_hours (
            dossier_id uuid PRIMARY KEY REFERENCES dossier ON DELETE CASCADE,
            dif integer NOT NULL CHECK (dif >= 0),
            cpf integer NOT NULL CHECK (cpf >= 0),
            elsewhere integer NOT NULL CHECK (elsewhere >= 0),
            CHECK (dif + cpf <= 150)
        )""")
    op.execute("""
        CREATE TABLE dossier_step (
            dossier_id uuid NOT NULL REFERENCES dossier ON DELETE CASCADE,
            revision integer NOT NULL,
            kind text NOT NULL,
            actor text NOT NULL CHECK (actor IN ('titulaire', 'employer', 'organisme')),
            actor_name text NOT NULL DEFAULT '',
            reason bytea,
            followed integer CHECK (followed >= 0),
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (dossier_id, revision)
        )""")


def downgrade() -> None:
    op.execute("DROP TABLE dossier_step")
    op.execute("DROP TABLE dossier_hours")
    op.execute("""
        ALTER TABLE dossier
            DROP COLUMN changed_at, DROP COLUMN revision, DROP COLUMN submitted_at,
            DROP COLUMN consent_at, DROP COLUMN confidential, DROP COLUMN organisme_id,
            DROP COLUMN on_working_time, DROP COLUMN cost, DROP COLUMN duration,
            DROP COLUMN ends_on, DROP COLUMN starts_on, DROP COLUMN trainer_siret,
            DROP COLUMN trainer_name, DROP COLUMN title, DROP COLUMN code_cpf,
            DROP COLUMN closing""")
