"""Dossiers de formation, as far as the account's summary counts them."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE dossier (
            id uuid PRIMARY KEY,
            person_id uuid NOT NULL REFERENCES person,
            number text NOT NULL UNIQUE,
            status text NOT NULL DEFAULT 'elaboration'
                CHECK (status IN ('elaboration', 'soumis', 'valide', 'clos')),
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX dossier_person ON dossier (person_id, status)")


def downgrade() -> None:
    op.execute("DROP TABLE dossier")
