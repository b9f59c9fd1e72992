"""The whole answer of a command carried out: the notice and the new token, not only the redirect.

An expanding change: a version that does not know the columns writes rows with their defaults.
"""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Add the columns."""
    op.execute(
        """
        ALTER TABLE carried_out
            ADD COLUMN notice text NOT NULL DEFAULT '',
            ADD COLUMN rotates boolean NOT NULL DEFAULT false
        """
    )


def downgrade() -> None:
    """Drop the columns: a late copy gets its redirect alone."""
    op.execute("ALTER TABLE carried_out DROP COLUMN notice, DROP COLUMN rotates")
