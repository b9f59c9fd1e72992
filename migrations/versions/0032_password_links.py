"""One table of links to choose a password, for titulaires and agents.

`password_reset` and `professional_link` move into `password_link`: a link already mailed still
works. `login_failure` and `professional_failure`, empty since revision 0023, are dropped.
"""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
phase = "contract"

TOKENS = {"titulaire": "password-reset", "agent": "professional-link"}
TOKEN = "password-link"  # noqa: S105 - the purpose of a token


def upgrade() -> None:
    """Move the links and the purposes of their tokens; drop the empty tables."""
    # What a transaction in flight writes must be copied, not dropped with its table.
    op.execute("""
        LOCK TABLE password_reset, professional_link, bearer_token IN ACCESS EXCLUSIVE MODE""")
    op.execute("""
        CREATE TABLE password_link (
            id uuid PRIMARY KEY,
            kind text NOT NULL CHECK (kind IN ('titulaire', 'agent')),
            purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
            identifier_digest bytea NOT NULL,
            login_id uuid CONSTRAINT password_link_login REFERENCES login ON DELETE CASCADE,
            ended_as text CHECK (
                ended_as IN ('used', 'replaced', 'password changed', 'address changed')),
            device text NOT NULL DEFAULT '',
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("""
        INSERT INTO password_link
        SELECT id, 'titulaire', 'reset', nir_digest, account_id, ended_as, device, created_at
        FROM password_reset""")
    op.execute("""
        INSERT INTO password_link
        SELECT id, 'agent', purpose, email_digest, professional_id, ended_as, '', created_at
        FROM professional_link""")
    op.execute("CREATE INDEX password_link_identifier ON password_link (identifier_digest)")
    op.execute("CREATE INDEX password_link_of ON password_link (login_id)")
    op.execute("CREATE INDEX password_link_age ON password_link (created_at)")
    earlier = ", ".join(f"'{purpose}'" for purpose in TOKENS.values())
    op.execute(f"UPDATE bearer_token SET purpose = '{TOKEN}' WHERE purpose IN ({earlier})")  # noqa: S608
    op.execute("DROP TABLE password_reset, professional_link, login_failure, professional_failure")


def downgrade() -> None:
    """Give each kind of account its own table back."""
    op.execute("LOCK TABLE password_link, bearer_token IN ACCESS EXCLUSIVE MODE")
    op.execute("""
        CREATE TABLE login_failure (
            nir_digest bytea PRIMARY KEY,
            failures integer NOT NULL,
            last_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX login_failure_age ON login_failure (last_at)")
    op.execute("""
        CREATE TABLE professional_failure (
            email_digest bytea PRIMARY KEY,
            failures integer NOT NULL,
            last_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX professional_failure_age ON professional_failure (last_at)")
    op.execute("""
        CREATE TABLE password_reset (
            id uuid PRIMARY KEY,
            nir_digest bytea NOT NULL,
            account_id uuid REFERENCES account ON DELETE CASCADE,
            ended_as text CHECK (
                ended_as IN ('used', 'replaced', 'password changed', 'address changed')),
            created_at timestamptz NOT NULL DEFAULT now(),
            device text NOT NULL DEFAULT ''
        )""")
    op.execute("CREATE INDEX password_reset_nir ON password_reset (nir_digest)")
    op.execute("CREATE INDEX password_reset_account ON password_reset (account_id)")
    op.execute("CREATE INDEX password_reset_age ON password_reset (created_at)")
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
    op.execute("""
        INSERT INTO password_reset (id, nir_digest, account_id, ended_as, device, created_at)
        SELECT id, identifier_digest, login_id, ended_as, device, created_at
        FROM password_link WHERE kind = 'titulaire'""")
    op.execute("""
        INSERT INTO professional_link
            (id, purpose, email_digest, professional_id, ended_as, created_at)
        SELECT id, purpose, identifier_digest, login_id, ended_as, created_at
        FROM password_link WHERE kind = 'agent'""")
    for kind, purpose in TOKENS.items():
        op.execute(f"""
            UPDATE bearer_token SET purpose = '{purpose}' FROM password_link l
            WHERE bearer_token.purpose = '{TOKEN}' AND l.id = subject_id AND l.kind = '{kind}'
            """)  # noqa: S608
    op.execute("DROP TABLE password_link")
