"""Each event remembers whose it was: the account its person had, and the digest of their NIR.

The database notes both, whoever writes, and they are part of the hash: a history taken away by
giving an account, or a NIR, to another person shows. Events of before have neither, and keep the
hash they had.

Whether a person has an account follows from the last activation or closing in their history. An
account whose history tells of no activation gets one.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
phase = "expand"

OF_BEFORE = """e.id, e.person_id, e.position, e.kind, e.actor, e.actor_name, e.device, e.detail,
                extract(epoch FROM e.occurred_at)"""


def upgrade() -> None:
    op.execute("ALTER TABLE event ADD COLUMN account_id uuid, ADD COLUMN nir_digest bytea")
    op.execute(f"""
        CREATE OR REPLACE FUNCTION event_hash(previous bytea, e event) RETURNS bytea
        LANGUAGE sql STABLE AS $$
            SELECT sha256(previous || convert_to((CASE
                WHEN e.account_id IS NULL AND e.nir_digest IS NULL
                THEN jsonb_build_array({OF_BEFORE})
                ELSE jsonb_build_array({OF_BEFORE}, e.account_id, encode(e.nir_digest, 'hex'))
            END)::text, 'UTF8'))
        $$""")
    _chain("""
            SELECT nir_digest INTO NEW.nir_digest
            FROM person WHERE id = NEW.person_id FOR NO KEY UPDATE;
            SELECT id INTO NEW.account_id FROM account WHERE person_id = NEW.person_id;""")
    op.execute("""
        INSERT INTO event (person_id, kind, actor, occurred_at)
        SELECT person_id, 'account_activated', 'service', created_at FROM account AS a
        WHERE coalesce((SELECT kind FROM event WHERE person_id = a.person_id
                        AND kind IN ('account_activated', 'account_closed')
                        ORDER BY position DESC LIMIT 1), '') <> 'account_activated'""")


def downgrade() -> None:
    """Come back; the chains of the people who have events since no longer verify."""
    _chain("""
            PERFORM FROM person WHERE id = NEW.person_id FOR NO KEY UPDATE;""")
    op.execute(f"""
        CREATE OR REPLACE FUNCTION event_hash(previous bytea, e event) RETURNS bytea
        LANGUAGE sql STABLE AS $$
            SELECT sha256(previous || convert_to(jsonb_build_array(
                {OF_BEFORE})::text, 'UTF8'))
        $$""")
    op.execute("ALTER TABLE event DROP COLUMN nir_digest, DROP COLUMN account_id")


def _chain(whose: str) -> None:
    """`whose` locks the person, as everything that takes turns on a person does."""
    op.execute(f"""
        CREATE OR REPLACE FUNCTION chain_event() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            previous bytea;
        BEGIN{whose}
            SELECT position + 1, hash INTO NEW.position, previous
            FROM event_head WHERE person_id = NEW.person_id;
            NEW.position := coalesce(NEW.position, 1);
            NEW.hash := event_hash(coalesce(previous, ''), NEW);
            INSERT INTO event_head (person_id, position, hash)
            VALUES (NEW.person_id, NEW.position, NEW.hash)
            ON CONFLICT (person_id) DO UPDATE
            SET position = excluded.position, hash = excluded.hash;
            RETURN NEW;
        END $$""")  # noqa: S608 - what this file says
