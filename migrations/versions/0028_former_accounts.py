"""What is remembered of a closed account, so that its person alone finds what it left.

Dossiers, délégations and history belong to a person, found by their NIR; a NIR is known to others.
Each account has a holder. A closed account's holder is another one's until a proof (the mailbox,
the service) says that they are the same person: `holder_id` is then made the new account's.

A person's time is divided by the openings of their accounts: what was written since one of them
is that account's, until the next. A trigger remembers each account that is deleted, whatever
deletes it.

`email` is sealed and forgotten after a while; `names_digest` is a keyed digest of the names.
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("ALTER TABLE account ADD COLUMN holder_id uuid NOT NULL DEFAULT gen_random_uuid()")
    op.execute("""
        CREATE TABLE former_account (
            id uuid PRIMARY KEY,
            person_id uuid NOT NULL REFERENCES person,
            holder_id uuid NOT NULL,
            names_digest bytea,
            email bytea,
            opened_at timestamptz NOT NULL,
            closed_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX former_account_person ON former_account (person_id, opened_at)")
    op.execute("""
        CREATE INDEX former_account_email ON former_account (closed_at)
        WHERE email IS NOT NULL""")
    # Who registered again before this migration has seen what was left, and goes on seeing it.
    op.execute("""
        INSERT INTO former_account (id, person_id, holder_id, opened_at, closed_at)
        SELECT gen_random_uuid(), closing.person_id, coalesce(account.holder_id, gen_random_uuid()),
               coalesce((SELECT max(occurred_at) FROM event opening
                         WHERE opening.person_id = closing.person_id
                           AND opening.kind = 'account_activated'
                           AND opening.position < closing.position), '-infinity'),
               closing.occurred_at
        FROM event closing LEFT JOIN account USING (person_id)
        WHERE closing.kind = 'account_closed'""")
    op.execute("""
        CREATE FUNCTION remember_account() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO former_account (id, person_id, holder_id, opened_at)
            VALUES (OLD.id, OLD.person_id, OLD.holder_id, OLD.created_at)
            ON CONFLICT (id) DO NOTHING;
            RETURN NULL;
        END $$""")
    op.execute("""
        CREATE TRIGGER account_is_remembered AFTER DELETE ON account
        FOR EACH ROW EXECUTE FUNCTION remember_account()""")


def downgrade() -> None:
    op.execute("DROP TRIGGER account_is_remembered ON account")
    op.execute("DROP FUNCTION remember_account")
    op.execute("DROP TABLE former_account")
    op.execute("ALTER TABLE account DROP COLUMN holder_id")
