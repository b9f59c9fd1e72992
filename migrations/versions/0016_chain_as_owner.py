"""Chaining an event is the owner's work, whoever adds it.

The application's role may then add events, and needs no right to write where the chains end. The
path is fixed, temporary tables last: nobody puts another table in the place of ours.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("ALTER FUNCTION chain_event() SECURITY DEFINER SET search_path = public, pg_temp")


def downgrade() -> None:
    op.execute("ALTER FUNCTION chain_event() SECURITY INVOKER RESET search_path")
