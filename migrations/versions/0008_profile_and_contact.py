"""E-mail changes waiting for their link, messages to the service, forms typed in a dead session.

All three are sealed and short-lived. An account has one e-mail change and one kept form at most: a
newer one takes the place of the earlier.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE email_change (
            account_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
            id uuid NOT NULL UNIQUE,
            email bytea NOT NULL,
            email_digest bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            expires_at timestamptz NOT NULL
        )""")
    op.execute("CREATE INDEX email_change_expiry ON email_change (expires_at)")
    # An address is one account's: who loses the race is told, and no statement fails.
    op.execute("""
        CREATE FUNCTION change_email(account_id uuid, digest bytea, sealed bytea)
        RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE account SET email_digest = digest, identity = sealed
            WHERE id = change_email.account_id;
            RETURN FOUND;
        EXCEPTION WHEN unique_violation THEN
            RETURN false;
        END $$""")
    op.execute("""
        CREATE TABLE contact_message (
            id uuid PRIMARY KEY,
            content bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX contact_message_age ON contact_message (created_at)")
    op.execute("""
        CREATE TABLE kept_form (
            account_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
            content bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX kept_form_age ON kept_form (created_at)")


def downgrade() -> None:
    op.execute("DROP TABLE kept_form")
    op.execute("DROP TABLE contact_message")
    op.execute("DROP FUNCTION change_email")
    op.execute("DROP TABLE email_change")
