"""The state of the mails that time makes due, and the addresses that refused the last mail.

`digest_day` is the day of an agent's last digest of waiting dossiers, `wants_digest` their choice.
`reminded_at` is when a pending registration was reminded of its link. `credit_notice` has a row for
each person to inform that hours were credited or corrected, written with the movements; its mail
is enqueued later, at most once a day. `unreachable_address` has keyed digests only. Revision 0041
adds the indexes by which the worker finds what is due.
"""

from __future__ import annotations

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Add the columns and the tables."""
    op.execute("""
        ALTER TABLE professional
            ADD COLUMN wants_digest boolean NOT NULL DEFAULT true,
            ADD COLUMN digest_day date""")
    op.execute("ALTER TABLE registration ADD COLUMN reminded_at timestamptz")
    op.execute("""
        CREATE TABLE credit_notice (
            person_id uuid PRIMARY KEY REFERENCES person,
            is_pending boolean NOT NULL DEFAULT true,
            announced_at timestamptz,
            CHECK (is_pending OR announced_at IS NOT NULL)
        )""")
    op.execute("CREATE INDEX credit_notice_pending ON credit_notice (person_id) WHERE is_pending")
    op.execute("""
        CREATE TABLE unreachable_address (
            email_digest bytea PRIMARY KEY,
            refused_at timestamptz NOT NULL DEFAULT now()
        )""")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE unreachable_address")
    op.execute("DROP TABLE credit_notice")
    op.execute("ALTER TABLE registration DROP COLUMN reminded_at")
    op.execute("ALTER TABLE professional DROP COLUMN wants_digest, DROP COLUMN digest_day")
