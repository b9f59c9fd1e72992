"""An account's apprenticeship is in its sealed identity: the column beside it held nothing."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
phase = "contract"


def upgrade() -> None:
    op.execute("ALTER TABLE account DROP COLUMN apprenticeship")


def downgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN apprenticeship bytea")
