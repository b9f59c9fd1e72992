"""What a mailbox gets is counted on its mails: when each leaves, and what became of the others.

`mailbox` is a keyed digest, `due_at` when the mail may leave, `told_by` the mail that tells of a
grouped one. Rows of the version before have no mailbox and count for none.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE mail
            ADD COLUMN mailbox bytea,
            ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
            ADD COLUMN told_by uuid,
            DROP CONSTRAINT mail_status_check,
            ADD CONSTRAINT mail_status_check CHECK (
                status IN ('queued', 'retrying', 'sent', 'held', 'limited', 'grouped')),
            ADD CONSTRAINT mail_limited_check CHECK (status <> 'limited' OR reason IS NOT NULL),
            ADD CONSTRAINT mail_grouped_check CHECK ((status = 'grouped') = (told_by IS NOT NULL))
        """)
    op.execute("CREATE INDEX mail_mailbox ON mail (mailbox, kind, due_at DESC)")
    op.execute("CREATE INDEX mail_told_by ON mail (told_by) WHERE told_by IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX mail_told_by")
    op.execute("DROP INDEX mail_mailbox")
    op.execute("DELETE FROM mail WHERE status IN ('limited', 'grouped')")
    op.execute("""
        ALTER TABLE mail
            DROP CONSTRAINT mail_grouped_check,
            DROP CONSTRAINT mail_limited_check,
            DROP CONSTRAINT mail_status_check,
            ADD CONSTRAINT mail_status_check CHECK (
                status IN ('queued', 'retrying', 'sent', 'held')),
            DROP COLUMN told_by,
            DROP COLUMN due_at,
            DROP COLUMN mailbox""")
