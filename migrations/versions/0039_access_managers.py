"""Access managers: agents who invite and withdraw the colleagues of their organisation.

Expands only: servers of the version before read and write none of it. `other_id` is the other agent
that an event concerns, for as long as the event is kept; there is no foreign key, because a
withdrawn agent's account no longer exists. A `waiting_invitation` is that of an address which is
another organisation's: it opens nothing, and its organisation sees it as any other invitation.
"""

from __future__ import annotations

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Add the columns and the table."""
    op.execute("ALTER TABLE professional ADD COLUMN is_manager boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE professional_event ADD COLUMN other_id uuid")
    op.execute("""
        CREATE TABLE waiting_invitation (
            id uuid PRIMARY KEY,
            organisation_id uuid NOT NULL REFERENCES organisation,
            email_digest bytea NOT NULL,
            email bytea NOT NULL,
            invited_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (organisation_id, email_digest)
        )""")


def downgrade() -> None:
    """Drop them: invitations that wait are lost, and so is who manages an organisation."""
    op.execute("DROP TABLE waiting_invitation")
    op.execute("ALTER TABLE professional_event DROP COLUMN other_id")
    op.execute("ALTER TABLE professional DROP COLUMN is_manager")
