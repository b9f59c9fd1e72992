"""Seals on the histories: what the database alone cannot make again.

A seal is a keyed digest, by the application, of the hash a person's chain has at some position and
of the seal before it: all seals make one numbered chain. `event_head.sealed` is the position of
the last one.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE history_seal (
            number bigint PRIMARY KEY,
            person_id uuid NOT NULL REFERENCES person,
            position integer NOT NULL,
            seal bytea NOT NULL,
            sealed_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        CREATE TRIGGER history_seal_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON history_seal
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")
    op.execute("ALTER TABLE event_head ADD COLUMN sealed integer NOT NULL DEFAULT 0")
    op.execute("""
        CREATE INDEX event_head_unsealed ON event_head (person_id) WHERE position > sealed""")


def downgrade() -> None:
    op.execute("DROP INDEX event_head_unsealed")
    op.execute("ALTER TABLE event_head DROP COLUMN sealed")
    op.execute("DROP TABLE history_seal")
