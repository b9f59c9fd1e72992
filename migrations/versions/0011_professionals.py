"""Organismes and employers, and the people who act for them.

They are invited by an administrator's command; their e-mail address and their second factor's
secret are sealed, the address found by a keyed digest. `professional_link` is written when a link
is asked for or an invitation made; its token's hash is in `bearer_token`, like everyone's.
`professional_event` is what was done to an account's own security, for the mails that tell it and
for the kinds of device it knows; `professional_kept_form` is to agents what `kept_form` is to
titulaires.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE organisation (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            kind text NOT NULL CHECK (kind IN ('organisme', 'employer')),
            siret text NOT NULL CHECK (siret ~ '^[0-9]{14}$'),
            name text NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (kind, siret)
        )""")
    op.execute("""
        CREATE TABLE professional (
            id uuid PRIMARY KEY,
            organisation_id uuid NOT NULL REFERENCES organisation,
            email_digest bytea NOT NULL UNIQUE,
            email bytea NOT NULL,
            password_hash text,
            totp_secret bytea,
            totp_confirmed_at timestamptz,
            totp_last_step bigint NOT NULL DEFAULT 0,
            invited_at timestamptz NOT NULL DEFAULT now(),
            CHECK (totp_confirmed_at IS NULL OR totp_secret IS NOT NULL)
        )""")
    op.execute("CREATE INDEX professional_organisation ON professional (organisation_id)")
    op.execute("""
        CREATE TABLE recovery_code (
            professional_id uuid NOT NULL REFERENCES professional ON DELETE CASCADE,
            code_digest bytea NOT NULL,
            used_at timestamptz,
            PRIMARY KEY (professional_id, code_digest)
        )""")
    # `is_complete` is false between the password and the second factor: such a session opens
    # nothing but the page that asks for it.
    op.execute("""
        CREATE TABLE professional_session (
            token_digest bytea PRIMARY KEY,
            id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
            professional_id uuid NOT NULL REFERENCES professional ON DELETE CASCADE,
            is_complete boolean NOT NULL,
            device text NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT now(),
            last_seen_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX professional_session_of ON professional_session (professional_id)")
    op.execute("CREATE INDEX professional_session_age ON professional_session (created_at)")
    op.execute("""
        CREATE TABLE professional_link (
            id uuid PRIMARY KEY,
            purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
            email_digest bytea NOT NULL,
            professional_id uuid REFERENCES professional ON DELETE CASCADE,
            ended_as text CHECK (ended_as IN ('used', 'replaced', 'password changed')),
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX professional_link_of ON professional_link (professional_id)")
    op.execute("CREATE INDEX professional_link_age ON professional_link (created_at)")
    # Failures in a row, counted alike whether the address has an account or not.
    op.execute("""
        CREATE TABLE professional_failure (
            email_digest bytea PRIMARY KEY,
            failures integer NOT NULL,
            last_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX professional_failure_age ON professional_failure (last_at)")
    op.execute("""
        CREATE TABLE professional_event (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            professional_id uuid NOT NULL REFERENCES professional ON DELETE CASCADE,
            kind text NOT NULL,
            device text NOT NULL DEFAULT '',
            occurred_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX professional_event_of ON professional_event (professional_id)")
    op.execute("CREATE INDEX professional_event_age ON professional_event (occurred_at)")
    op.execute("""
        CREATE TABLE professional_kept_form (
            professional_id uuid PRIMARY KEY REFERENCES professional ON DELETE CASCADE,
            content bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")


def downgrade() -> None:
    op.execute("DROP TABLE professional_kept_form")
    op.execute("DROP TABLE professional_event")
    op.execute("DROP TABLE professional_failure")
    op.execute("DROP TABLE professional_link")
    op.execute("DROP TABLE professional_session")
    op.execute("DROP TABLE recovery_code")
    op.execute("DROP TABLE professional")
    op.execute("DROP TABLE organisation")
