"""Addresses are found without case; rows that were made before say so until they are looked at.

Their digest is keyed: the worker makes it again, a batch at a time, and sets the mark. A version
that does not know the mark leaves it false: what it writes is looked at too.
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    for table in ("account", "professional"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN email_folded boolean NOT NULL DEFAULT false")
        op.execute(f"CREATE INDEX {table}_not_folded ON {table} (id) WHERE NOT email_folded")


def downgrade() -> None:
    for table in ("professional", "account"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN email_folded")
