"""The time at which the password of a session was last typed, so that some acts ask for it again.

Expands only: servers of the version before insert the default, and read nothing. Sessions that are
open take no password as recent: they ask for it at the next such act. No row of theirs is written.
"""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Add the column, with a value for the sessions that exist and a default for the next ones."""
    op.execute(
        "ALTER TABLE session ADD COLUMN password_at timestamptz NOT NULL DEFAULT '-infinity'"
    )
    op.execute("ALTER TABLE session ALTER COLUMN password_at SET DEFAULT now()")


def downgrade() -> None:
    """Drop the column."""
    op.execute("ALTER TABLE session DROP COLUMN password_at")
