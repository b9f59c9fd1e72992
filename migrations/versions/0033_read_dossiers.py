"""The last revision of a dossier that its titulaire has read, to show new decisions at once.

Expands only: servers of the version before neither read nor write the column. What was decided
before counts as read.
"""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None
phase = "expand"


# That of revision 0029: `d.*` is expanded when a view is made.
VIEW = """
    VIEW seen_dossier WITH (security_invoker = true) AS
    SELECT d.* FROM dossier d JOIN account a USING (person_id)
    WHERE (d.created_at >= a.created_at OR coalesce(
        (SELECT f.holder_id FROM former_account f WHERE f.person_id = a.person_id
         ORDER BY f.opened_at <= d.created_at DESC,
                  CASE WHEN f.opened_at <= d.created_at THEN f.opened_at END DESC, f.opened_at
         LIMIT 1),
        a.holder_id) = a.holder_id)
"""


def upgrade() -> None:
    """Add the column, to the view too; the value of rows that exist is their own revision."""
    op.execute("ALTER TABLE dossier ADD COLUMN read_revision integer NOT NULL DEFAULT 0")
    op.execute("UPDATE dossier SET read_revision = revision")
    op.execute(f"CREATE OR REPLACE {VIEW}")


def downgrade() -> None:
    """Make the view again without the column, and drop it: `migrate --grant-to` grants the view."""
    op.execute("DROP VIEW seen_dossier")
    op.execute("ALTER TABLE dossier DROP COLUMN read_revision")
    op.execute(f"CREATE {VIEW}")
