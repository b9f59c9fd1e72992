"""One way in for both kinds of account: a `login` row for each titulaire and each agent.

It has the password and the second factor; sessions and kept forms hang on it. An account's id is
that of its login, and deleting the login deletes the account. `professional_session` and
`professional_kept_form` move into `session` and `kept_form`: nobody is logged out.
"""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
phase = "contract"

SECOND_FACTOR = ("totp_secret", "totp_confirmed_at", "totp_last_step")


def upgrade() -> None:
    """Make the logins, and move to them what both kinds of account have."""
    # What a transaction in flight writes must be copied, not dropped with its table.
    op.execute("""
        LOCK TABLE account, professional, recovery_code, session, professional_session, kept_form,
            professional_kept_form IN ACCESS EXCLUSIVE MODE""")
    op.execute("""
        CREATE TABLE login (
            id uuid PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('titulaire', 'agent')),
            password_hash text,
            totp_secret bytea,
            totp_confirmed_at timestamptz,
            totp_last_step bigint NOT NULL DEFAULT 0,
            CHECK (totp_confirmed_at IS NULL OR totp_secret IS NOT NULL)
        )""")
    op.execute("""
        INSERT INTO login (id, kind, password_hash)
        SELECT id, 'titulaire', password_hash FROM account""")
    op.execute("""
        INSERT INTO login
        SELECT id, 'agent', password_hash, totp_secret, totp_confirmed_at, totp_last_step
        FROM professional""")
    op.execute("""
        CREATE FUNCTION delete_login() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM login WHERE id = OLD.id;
            RETURN NULL;
        END $$""")
    for table in ("account", "professional"):
        op.execute(f"""
            ALTER TABLE {table} DROP COLUMN password_hash,
                ADD CONSTRAINT {table}_login FOREIGN KEY (id) REFERENCES login ON DELETE CASCADE""")
        # However an account is deleted, its login does not outlive it.
        op.execute(f"""
            CREATE TRIGGER {table}_login_deleted AFTER DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION delete_login()""")
    drops = ", ".join(f"DROP COLUMN {column}" for column in SECOND_FACTOR)
    op.execute(f"ALTER TABLE professional {drops}")
    _hang_on_login("recovery_code", "professional_id")
    _hang_on_login("session", "account_id")
    _hang_on_login("kept_form", "account_id")
    # Between the password and the second factor, a session opens only the page that asks for it.
    op.execute("ALTER TABLE session ADD COLUMN is_complete boolean NOT NULL DEFAULT true")
    op.execute("""
        INSERT INTO session
            (token_digest, id, login_id, is_complete, device, created_at, last_seen_at)
        SELECT token_digest, id, professional_id, is_complete, device, created_at, last_seen_at
        FROM professional_session""")
    op.execute("""
        INSERT INTO kept_form (login_id, content, created_at)
        SELECT professional_id, content, created_at FROM professional_kept_form""")
    op.execute("DROP TABLE professional_session, professional_kept_form")


def downgrade() -> None:
    """Give each kind of account its own tables and columns back.

    The forms kept for agents are deleted: those kept since the upgrade could not be opened.
    """
    op.execute("""
        LOCK TABLE login, account, professional, recovery_code, session, kept_form
        IN ACCESS EXCLUSIVE MODE""")
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
        CREATE TABLE professional_kept_form (
            professional_id uuid PRIMARY KEY REFERENCES professional ON DELETE CASCADE,
            content bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        WITH moved AS (
            DELETE FROM session USING professional p WHERE p.id = login_id RETURNING session.*
        )
        INSERT INTO professional_session
            (token_digest, id, professional_id, is_complete, device, created_at, last_seen_at)
        SELECT token_digest, id, login_id, is_complete, device, created_at, last_seen_at
        FROM moved""")
    op.execute("DELETE FROM kept_form USING professional p WHERE p.id = login_id")
    # A session without its second factor must not become one that opens everything.
    op.execute("DELETE FROM session WHERE NOT is_complete")
    op.execute("ALTER TABLE session DROP COLUMN is_complete")
    _hang_on("recovery_code", "professional_id", "professional")
    _hang_on("session", "account_id", "account")
    _hang_on("kept_form", "account_id", "account")
    op.execute("ALTER TABLE account ADD COLUMN password_hash text")
    op.execute("""
        ALTER TABLE professional ADD COLUMN password_hash text, ADD COLUMN totp_secret bytea,
            ADD COLUMN totp_confirmed_at timestamptz,
            ADD COLUMN totp_last_step bigint NOT NULL DEFAULT 0,
            ADD CHECK (totp_confirmed_at IS NULL OR totp_secret IS NOT NULL)""")
    op.execute("""
        UPDATE account SET password_hash = login.password_hash
        FROM login WHERE login.id = account.id""")
    op.execute("ALTER TABLE account ALTER COLUMN password_hash SET NOT NULL")
    op.execute("""
        UPDATE professional SET password_hash = login.password_hash,
            totp_secret = login.totp_secret, totp_confirmed_at = login.totp_confirmed_at,
            totp_last_step = login.totp_last_step
        FROM login WHERE login.id = professional.id""")
    for table in ("account", "professional"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_login")
        op.execute(f"DROP TRIGGER {table}_login_deleted ON {table}")
    op.execute("DROP FUNCTION delete_login()")
    op.execute("DROP TABLE login")


def _hang_on_login(table: str, column: str) -> None:
    op.execute(f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_fkey,
            ADD CONSTRAINT {table}_login FOREIGN KEY ({column}) REFERENCES login
            ON DELETE CASCADE""")
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO login_id")


def _hang_on(table: str, column: str, owner: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME COLUMN login_id TO {column}")
    op.execute(f"""
        ALTER TABLE {table} DROP CONSTRAINT {table}_login,
            ADD CONSTRAINT {table}_{column}_fkey FOREIGN KEY ({column}) REFERENCES {owner}
            ON DELETE CASCADE""")
