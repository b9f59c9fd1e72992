"""Registrations under way or waiting for their e-mailed link, and bearer tokens.

`draft` is what was typed, right or wrong, so that going back loses nothing; `identity` is what was
checked. Both are sealed. A token is kept as its hash only; several may open the same subject.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE registration (
            id uuid PRIMARY KEY,
            browser_digest bytea NOT NULL UNIQUE,
            status text NOT NULL DEFAULT 'open'
                CHECK (status IN ('open', 'submitted', 'activated')),
            terms_version text NOT NULL,
            terms_accepted_at timestamptz NOT NULL DEFAULT now(),
            draft bytea,
            identity bytea,
            captcha_passed_at timestamptz,
            password_hash text,
            nir_digest bytea,
            email_digest bytea,
            started_at timestamptz NOT NULL DEFAULT now(),
            last_action_at timestamptz NOT NULL DEFAULT now(),
            submitted_at timestamptz,
            expires_at timestamptz,
            activated_at timestamptz,
            CHECK (status = 'open' OR (submitted_at IS NOT NULL AND expires_at IS NOT NULL))
        )""")
    op.execute("CREATE INDEX registration_last_action ON registration (last_action_at)")
    op.execute("""
        CREATE TABLE bearer_token (
            token_digest bytea PRIMARY KEY,
            purpose text NOT NULL,
            subject_id uuid NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        )""")
    op.execute("CREATE INDEX bearer_token_subject ON bearer_token (subject_id, purpose)")
    op.execute("CREATE INDEX bearer_token_expiry ON bearer_token (expires_at)")


def downgrade() -> None:
    op.execute("DROP TABLE bearer_token")
    op.execute("DROP TABLE registration")
