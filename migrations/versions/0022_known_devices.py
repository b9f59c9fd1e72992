"""Browsers that an account knows: in which it was opened, or its mailbox proved.

`subject_digest` is what a login finds the account by: the digest of a NIR, or of an agent's
address. `kind` is the kind of device of the last login, '' before the first one.
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE known_device (
            token_digest bytea PRIMARY KEY,
            subject_digest bytea NOT NULL,
            kind text NOT NULL DEFAULT '',
            last_used_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        CREATE INDEX known_device_subject ON known_device (subject_digest, last_used_at)""")
    op.execute("CREATE INDEX known_device_age ON known_device (last_used_at)")


def downgrade() -> None:
    op.execute("DROP TABLE known_device")
