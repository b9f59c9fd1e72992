"""The history of what was done, the device of a session, and requests for another password.

`event` only grows, like `movement`. Each row is chained by hash to the one before it of the same
person: `chain_event` gives a row its place and its hash, in turn, whoever writes. `event_head` is
where each chain ends, so that rows missing at the end show too.

`refused_login` is written alike for every NIR, known or not; the worker makes events of those that
are someone's. `password_reset` is written alike too, and found an account by the worker.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    _add_history()
    op.execute("""
        CREATE TABLE refused_login (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            nir_digest bytea NOT NULL,
            device text NOT NULL,
            at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX refused_login_nir ON refused_login (nir_digest)")
    op.execute("""
        ALTER TABLE session
            ADD COLUMN id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
            ADD COLUMN device text NOT NULL DEFAULT ''""")
    op.execute("""
        CREATE TABLE password_reset (
            id uuid PRIMARY KEY,
            nir_digest bytea NOT NULL,
            account_id uuid REFERENCES account ON DELETE CASCADE,
            ended_as text CHECK (ended_as IN ('used', 'replaced', 'password changed')),
            created_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX password_reset_nir ON password_reset (nir_digest)")
    op.execute("CREATE INDEX password_reset_account ON password_reset (account_id)")
    op.execute("CREATE INDEX password_reset_age ON password_reset (created_at)")


def downgrade() -> None:
    op.execute("DROP TABLE password_reset")
    op.execute("ALTER TABLE session DROP COLUMN device, DROP COLUMN id")
    op.execute("DROP TABLE refused_login")
    op.execute("DROP TABLE event_head")
    op.execute("DROP TABLE event CASCADE")
    op.execute("DROP FUNCTION chain_event")


def _add_history() -> None:
    op.execute("""
        CREATE TABLE event (
            id uuid PRIMARY KEY DEFAULT uuidv7(),
            person_id uuid NOT NULL REFERENCES person,
            position integer NOT NULL,
            kind text NOT NULL,
            actor text NOT NULL CHECK (
                actor IN ('titulaire', 'employer', 'organisme', 'service', 'unknown')),
            actor_name text NOT NULL DEFAULT '',
            device text NOT NULL DEFAULT '',
            detail text NOT NULL DEFAULT '',
            occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            hash bytea NOT NULL,
            UNIQUE (person_id, position)
        )""")
    op.execute("CREATE INDEX event_person ON event (person_id, occurred_at, position)")
    op.execute("""
        CREATE TABLE event_head (
            person_id uuid PRIMARY KEY REFERENCES person,
            position integer NOT NULL,
            hash bytea NOT NULL
        )""")
    # Seconds since 1970 and not the timestamp's text, which depends on the session's settings.
    op.execute("""
        CREATE FUNCTION event_hash(previous bytea, e event) RETURNS bytea
        LANGUAGE sql STABLE AS $$
            SELECT sha256(previous || convert_to(jsonb_build_array(
                e.id, e.person_id, e.position, e.kind, e.actor, e.actor_name, e.device, e.detail,
                extract(epoch FROM e.occurred_at))::text, 'UTF8'))
        $$""")
    # The person's row is locked first, as everything that takes turns on a person does; their
    # head is read by a statement of its own, which sees what the last holder of the lock wrote.
    op.execute("""
        CREATE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            previous bytea;
        BEGIN
            PERFORM FROM person WHERE id = NEW.person_id FOR NO KEY UPDATE;
            SELECT position + 1, hash INTO NEW.position, previous
            FROM event_head WHERE person_id = NEW.person_id;
            NEW.position := coalesce(NEW.position, 1);
            NEW.hash := event_hash(coalesce(previous, ''), NEW);
            INSERT INTO event_head (person_id, position, hash)
            VALUES (NEW.person_id, NEW.position, NEW.hash)
            ON CONFLICT (person_id) DO UPDATE
            SET position = excluded.position, hash = excluded.hash;
            RETURN NEW;
        END $$""")
    op.execute("""
        CREATE TRIGGER event_is_chained BEFORE INSERT ON event
        FOR EACH ROW EXECUTE FUNCTION chain_event()""")
    op.execute("""
        CREATE TRIGGER event_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON event
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""")
