"""A window of counted attempts is opened by the first one: a subject has one at a time."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
phase = "contract"


def upgrade() -> None:
    op.execute("LOCK TABLE rate_limit IN ACCESS EXCLUSIVE MODE")
    op.execute("""
        DELETE FROM rate_limit AS earlier USING rate_limit AS later
        WHERE earlier.bucket = later.bucket AND earlier.window_end < later.window_end""")
    op.execute("ALTER TABLE rate_limit DROP CONSTRAINT rate_limit_pkey, ADD PRIMARY KEY (bucket)")


def downgrade() -> None:
    op.execute("""
        ALTER TABLE rate_limit DROP CONSTRAINT rate_limit_pkey,
        ADD PRIMARY KEY (bucket, window_end)""")
