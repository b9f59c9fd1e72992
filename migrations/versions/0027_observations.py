"""What requests show of a proxy that is set up wrong, one row for each kind; `check` tells it."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE observation (
            kind text PRIMARY KEY,
            detail text NOT NULL,
            seen_at timestamptz NOT NULL DEFAULT now()
        )""")


def downgrade() -> None:
    op.execute("DROP TABLE observation")
