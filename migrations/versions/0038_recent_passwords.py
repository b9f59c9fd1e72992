"""The time at which the password of a session was last typed, so that some acts ask for it again.

Expands only: servers of the version before insert the default, and read nothing. The password of a
session that exists was typed when it was opened.
"""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Add the column; its value for sessions that exist is the time of their login."""
    op.execute("ALTER TABLE session ADD COLUMN password_at timestamptz NOT NULL DEFAULT now()")
    op.execute("UPDATE session SET password_at = created_at")


def downgrade() -> None:
    """Drop the column."""
    op.execute("ALTER TABLE session DROP COLUMN password_at")
