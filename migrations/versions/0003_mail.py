"""Mail: what must be sent and what became of it, and the job queue that sends it.

A row of `mail` is the intent, written in the transaction of what it tells about; the queue only
carries its id. `message_id` is fixed at that moment, so that a copy sent twice after a crash is
recognised by the reader's software.
"""

from __future__ import annotations

from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE mail (
            id uuid PRIMARY KEY,
            kind text NOT NULL,
            subject_id uuid NOT NULL,
            recipient bytea NOT NULL,
            message_id text NOT NULL UNIQUE,
            status text NOT NULL DEFAULT 'queued'
                CHECK (status IN ('queued', 'retrying', 'sent', 'held')),
            attempts integer NOT NULL DEFAULT 0,
            next_attempt_at timestamptz,
            reason text,
            created_at timestamptz NOT NULL DEFAULT now(),
            sent_at timestamptz,
            CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
            CHECK (status <> 'held' OR reason IS NOT NULL)
        )""")
    op.execute("CREATE INDEX mail_subject ON mail (subject_id, created_at DESC)")
    op.execute("CREATE INDEX mail_unsent ON mail (status, created_at) WHERE status <> 'sent'")
    _execute_script(QueryBuilderEnvironment().build_install_query())


def downgrade() -> None:
    _execute_script(QueryBuilderEnvironment().build_uninstall_query())
    op.execute("DROP TABLE mail")


def _execute_script(script: str) -> None:
    """Several statements at once, on the driver itself, inside the same transaction."""
    op.get_bind().connection.dbapi_connection.run_async(lambda driver: driver.execute(script))
