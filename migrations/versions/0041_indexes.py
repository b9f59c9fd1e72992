"""The indexes of what the revisions before added to large tables, built without stopping writes.

The indexes are those of the movements of an exceptional credit and of movements by age (0036,
0040), of registrations to remind and of délégations by their last day (0040); the constraint that
is validated is that of 0037. `CREATE INDEX CONCURRENTLY` and `VALIDATE` let the rows be read and
written meanwhile, for minutes on a large table; the first allows no transaction around it. When one
is cancelled, `migrate` may be run again: it drops the index that was left incomplete, and keeps the
finished ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
phase = "expand"

INDEXES = {
    "movement_credit": "movement (credit_reference) WHERE credit_reference IS NOT NULL",
    "movement_age": "movement USING brin (created_at)",
    "delegation_end": "delegation (ends_on) WHERE revoked_at IS NULL",
    "registration_to_remind": (
        "registration (submitted_at) WHERE status = 'submitted' AND reminded_at IS NULL"
    ),
}
INVALID = (
    "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid)"
)


@contextmanager
def _unhurried() -> Iterator[None]:
    """Run statements outside a transaction, for up to an hour each.

    They may wait for other transactions, because nothing waits behind them. Afterwards the timeouts
    are those of migrations/env.py again.
    """
    with op.get_context().autocommit_block():
        op.execute("SET statement_timeout = '3600s'")
        op.execute("SET lock_timeout = 0")
        yield
        op.execute("SET lock_timeout = '1500ms'")
        op.execute("SET statement_timeout = '600s'")


def _is_incomplete(name: str) -> bool:
    """Return whether a build that was cut off left this index behind."""
    if op.get_context().as_sql:
        return False
    found: bool = op.get_bind().scalar(sqlalchemy.text(INVALID), {"name": name})
    return found


def upgrade() -> None:
    """Build the indexes and validate the constraint."""
    with _unhurried():
        for name, definition in INDEXES.items():
            if _is_incomplete(name):
                op.execute(f"DROP INDEX CONCURRENTLY {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {definition}")
        op.execute("ALTER TABLE dossier VALIDATE CONSTRAINT dossier_situation_check")


def downgrade() -> None:
    """Drop the indexes; the constraint stays valid."""
    with _unhurried():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
