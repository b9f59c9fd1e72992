"""A seal takes the number after the last one, and the time of the database: whoever writes it.

A number further on would leave a gap that nobody made, and no room for those that follow.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION number_seal() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        DECLARE
            next bigint := (SELECT coalesce(max(number), 0) + 1 FROM history_seal);
        BEGIN
            IF NEW.number IS DISTINCT FROM next THEN
                RAISE EXCEPTION 'the next seal is number %', next
                USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            NEW.sealed_at := clock_timestamp();
            RETURN NEW;
        END $$""")
    op.execute("""
        CREATE TRIGGER history_seal_is_numbered BEFORE INSERT ON history_seal
        FOR EACH ROW EXECUTE FUNCTION number_seal()""")


def downgrade() -> None:
    op.execute("DROP TRIGGER history_seal_is_numbered ON history_seal")
    op.execute("DROP FUNCTION number_seal")
