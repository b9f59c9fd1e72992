"""Room for updates in the tables written most, and indexes for what is purged.

The last action of a session was indexed for nothing: each change of it wrote every index of the
table. A row whose indexed columns stay is updated in its own page, where there is room. What is
purged is found by its age: old mails by the pages they are in, since they are inserted in order.
"""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None
phase = "expand"

# In percent: how full inserts leave a page.
FILLED = {"session": 80, "rate_limit": 70}


def upgrade() -> None:
    """Leave room in new pages; replace the index of sessions, add that of mails."""
    for table, percent in FILLED.items():
        op.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")
    op.execute("DROP INDEX session_last_seen")
    op.execute("CREATE INDEX session_age ON session (created_at)")
    op.execute("CREATE INDEX mail_age ON mail USING brin (created_at)")


def downgrade() -> None:
    """Restore the indexes, and the default."""
    op.execute("DROP INDEX mail_age")
    op.execute("DROP INDEX session_age")
    op.execute("CREATE INDEX session_last_seen ON session (last_seen_at)")
    for table in FILLED:
        op.execute(f"ALTER TABLE {table} RESET (fillfactor)")
