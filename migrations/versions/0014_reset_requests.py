"""What a request for another password remembers: the kind of device that asked, and one more end.

The device goes into the history once the worker has found whose request it is. A link mailed to an
address that is no longer the account's opens nothing.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
phase = "expand"

ENDS = ("used", "replaced", "password changed")


def upgrade() -> None:
    op.execute("ALTER TABLE password_reset ADD COLUMN device text NOT NULL DEFAULT ''")
    _allow(*ENDS, "address changed")


def downgrade() -> None:
    op.execute("""
        UPDATE password_reset SET ended_as = 'password changed'
        WHERE ended_as = 'address changed'""")
    _allow(*ENDS)
    op.execute("ALTER TABLE password_reset DROP COLUMN device")


def _allow(*ends: str) -> None:
    listed = ", ".join(f"'{end}'" for end in ends)
    op.execute(f"""
        ALTER TABLE password_reset
            DROP CONSTRAINT password_reset_ended_as_check,
            ADD CONSTRAINT password_reset_ended_as_check CHECK (ended_as IN ({listed}))""")
