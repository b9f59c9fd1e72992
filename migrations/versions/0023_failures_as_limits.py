"""Failures in a row are counted in `rate_limit`, like all that is limited.

`login_failure` and `professional_failure` are emptied, and written no more. They stay for the
version before, which may still run for a moment; a later migration drops them.
"""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
phase = "contract"


def upgrade() -> None:
    op.execute("DELETE FROM login_failure")
    op.execute("DELETE FROM professional_failure")


def downgrade() -> None:
    """Nothing to put back: what was counted is forgotten."""
