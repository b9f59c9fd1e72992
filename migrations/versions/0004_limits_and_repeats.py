"""Counters that bound automation, and the memory of requests already carried out."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE rate_limit (
            bucket bytea NOT NULL,
            window_end timestamptz NOT NULL,
            hits integer NOT NULL CHECK (hits >= 0),
            PRIMARY KEY (bucket, window_end)
        )""")
    op.execute("CREATE INDEX rate_limit_window ON rate_limit (window_end)")
    op.execute("""
        CREATE TABLE carried_out (
            key_digest bytea PRIMARY KEY,
            outcome text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX carried_out_age ON carried_out (created_at)")
    op.execute("""
        CREATE TABLE captcha_attempt (
            challenge_digest bytea PRIMARY KEY,
            passed boolean NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX captcha_attempt_age ON captcha_attempt (created_at)")


def downgrade() -> None:
    op.execute("DROP TABLE captcha_attempt")
    op.execute("DROP TABLE carried_out")
    op.execute("DROP TABLE rate_limit")
