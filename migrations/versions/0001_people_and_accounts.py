"""People, accounts and their sessions.

Hours belong to a person (a NIR), not to the web account: the account may be closed and opened
again, the person and the hours remain. Personal data is sealed (AES-256-GCM); NIR and e-mail are
found by keyed digests.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE person (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            nir_digest bytea NOT NULL UNIQUE,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        CREATE TABLE account (
            id uuid PRIMARY KEY,
            person_id uuid NOT NULL UNIQUE REFERENCES person,
            email_digest bytea NOT NULL UNIQUE,
            identity bytea NOT NULL,
            apprenticeship bytea,
            password_hash text NOT NULL,
            terms_version text NOT NULL,
            terms_accepted_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        CREATE TABLE session (
            token_digest bytea PRIMARY KEY,
            account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_seen_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX session_account ON session (account_id)")
    op.execute("CREATE INDEX session_last_seen ON session (last_seen_at)")

    # Failures in a row, counted alike whether the NIR has an account or not.
    op.execute("""
        CREATE TABLE login_failure (
            nir_digest bytea PRIMARY KEY,
            failures integer NOT NULL,
            last_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX login_failure_age ON login_failure (last_at)")


def downgrade() -> None:
    op.execute("DROP TABLE login_failure")
    op.execute("DROP TABLE session")
    op.execute("DROP TABLE account")
    op.execute("DROP TABLE person")
