"""Whose side delays a mail: ours (our relay is away or refuses us), or the recipient's."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("ALTER TABLE mail ADD COLUMN is_ours boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE mail DROP COLUMN is_ours")
