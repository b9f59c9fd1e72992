"""Acts of the service for someone who asked for help: blocked logins, changes of address.

`login.blocked_at` is set while a login is blocked. `professional_event.detail` holds the reason of
an act, as `event.detail` does for titulaires. A row of `service_email_change` is a change of
address that the service was asked for: it takes effect once the new address is confirmed and
`due_at` has passed, unless it is refused from the earlier address. `from_digest` is the digest of
the address that it replaces.

Expands only: servers of the version before neither read nor write these columns.
"""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None
phase = "expand"

ENDS = ("used", "replaced", "password changed", "address changed")
BLOCKED = "account blocked"


def upgrade() -> None:
    """Add the columns, the table and the state of links that a block ended."""
    op.execute("ALTER TABLE login ADD COLUMN blocked_at timestamptz")
    op.execute("ALTER TABLE professional_event ADD COLUMN detail text NOT NULL DEFAULT ''")
    _set_ends((*ENDS, BLOCKED))
    op.execute("""
        CREATE TABLE service_email_change (
            id uuid PRIMARY KEY,
            login_id uuid NOT NULL REFERENCES login ON DELETE CASCADE,
            email bytea NOT NULL,
            email_digest bytea NOT NULL,
            from_digest bytea NOT NULL,
            reason text NOT NULL,
            asked_at timestamptz NOT NULL DEFAULT now(),
            due_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            confirmed_at timestamptz,
            ended_as text CHECK (
                ended_as IN ('effective', 'refused', 'expired', 'replaced', 'taken')),
            ended_at timestamptz,
            CHECK ((ended_as IS NULL) = (ended_at IS NULL)),
            CHECK (ended_as IS DISTINCT FROM 'effective' OR confirmed_at IS NOT NULL)
        )""")
    # One change at a time: a newer one replaces it.
    op.execute("""
        CREATE UNIQUE INDEX service_email_change_pending ON service_email_change (login_id)
        WHERE ended_as IS NULL""")
    op.execute("CREATE INDEX service_email_change_of ON service_email_change (login_id)")
    op.execute("CREATE INDEX service_email_change_ended ON service_email_change (ended_at)")
    # As change_email does for titulaires: returns false when another agent has the address.
    op.execute("""
        CREATE FUNCTION change_agent_email(agent_id uuid, digest bytea, sealed bytea)
        RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE professional SET email_digest = digest, email = sealed, email_folded = true
            WHERE id = agent_id;
            RETURN FOUND;
        EXCEPTION WHEN unique_violation THEN
            RETURN false;
        END $$""")


def downgrade() -> None:
    """Drop them: blocked logins work again, and pending changes are forgotten."""
    op.execute("DROP FUNCTION change_agent_email")
    op.execute("DROP TABLE service_email_change")
    op.execute(f"UPDATE password_link SET ended_as = 'replaced' WHERE ended_as = '{BLOCKED}'")  # noqa: S608
    _set_ends(ENDS)
    op.execute("ALTER TABLE professional_event DROP COLUMN detail")
    op.execute("ALTER TABLE login DROP COLUMN blocked_at")


def _set_ends(ends: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{end}'" for end in ends)
    op.execute(f"""
        ALTER TABLE password_link DROP CONSTRAINT password_link_ended_as_check,
            ADD CONSTRAINT password_link_ended_as_check CHECK (ended_as IN ({listed}))""")
