"""The titulaire's situation in a dossier, the category of organismes, attestations of DIF seen.

Expands only: servers of the version before neither read nor write what is added. Dossiers and
organismes that exist have no situation and no category. `dif_attestation` only grows, like the
history; of a dossier that an account does not see, its view has '' in the place of the number and
of the organisme.
"""

from __future__ import annotations

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None
phase = "expand"

# Those of revision 0029: `d.*` is expanded when a view is made.
OWNED = """(d.created_at >= a.created_at OR coalesce(
        (SELECT f.holder_id FROM former_account f WHERE f.person_id = a.person_id
         ORDER BY f.opened_at <= d.created_at DESC,
                  CASE WHEN f.opened_at <= d.created_at THEN f.opened_at END DESC, f.opened_at
         LIMIT 1),
        a.holder_id) = a.holder_id)"""
VIEW = f"""
    VIEW seen_dossier WITH (security_invoker = true) AS
    SELECT d.* FROM dossier d JOIN account a USING (person_id) WHERE {OWNED}
"""  # noqa: S608
HIDDEN = f"""EXISTS (
        SELECT FROM dossier d WHERE d.number = t.dossier_number AND d.person_id = a.person_id
          AND NOT {OWNED})"""


def upgrade() -> None:
    """Add the columns, to the view too, and the table of attestations with its view."""
    op.execute("""
        ALTER TABLE dossier
            ADD COLUMN situation text,
            ADD COLUMN employer text NOT NULL DEFAULT ''""")
    # Checked for new rows at once. A check added with its column would read the whole table while
    # nobody may use it; revision 0041 validates this one.
    op.execute("""
        ALTER TABLE dossier ADD CONSTRAINT dossier_situation_check
            CHECK (situation IN ('salarie', 'recherche', 'autre')) NOT VALID""")
    op.execute(f"CREATE OR REPLACE {VIEW}")
    op.execute("""
        ALTER TABLE organisation ADD COLUMN category text
            CHECK (category IN ('opca', 'opacif', 'pole-emploi', 'region', 'agefiph', 'cap-emploi',
                                'apec', 'mission-locale'))""")
    op.execute("""
        CREATE TABLE dif_attestation (
            person_id uuid PRIMARY KEY REFERENCES person,
            organisme_name text NOT NULL,
            dossier_number text NOT NULL,
            seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )""")
    op.execute("""
        CREATE TRIGGER dif_attestation_only_grows
        BEFORE UPDATE OR DELETE OR TRUNCATE ON dif_attestation
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")
    op.execute(f"""
        CREATE VIEW seen_dif_attestation WITH (security_invoker = true) AS
        SELECT t.person_id,
               CASE WHEN {HIDDEN} THEN '' ELSE t.organisme_name END AS organisme_name,
               CASE WHEN {HIDDEN} THEN '' ELSE t.dossier_number END AS dossier_number,
               t.seen_at, {HIDDEN} AS of_former
        FROM dif_attestation t JOIN account a USING (person_id)""")  # noqa: S608


def downgrade() -> None:
    """Drop what was added, and make the view again: `migrate --grant-to` grants it."""
    op.execute("DROP VIEW seen_dif_attestation")
    op.execute("DROP TABLE dif_attestation")
    op.execute("ALTER TABLE organisation DROP COLUMN category")
    op.execute("DROP VIEW seen_dossier")
    op.execute("ALTER TABLE dossier DROP COLUMN employer, DROP COLUMN situation")
    op.execute(f"CREATE {VIEW}")
