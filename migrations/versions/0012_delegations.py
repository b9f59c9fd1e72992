"""Délégations: what a titulaire lets an employer see or prepare, and for how long.

A row is never deleted: its end is told by its dates or by `revoked_at`. The employer is named as
the titulaire typed it; only its SIRET decides who may use the délégation. `used_on` is the last day
(in Paris) an agent of the employer used it: the history tells of each such day once.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE delegation (
            id uuid PRIMARY KEY,
            person_id uuid NOT NULL REFERENCES person,
            siret text NOT NULL CHECK (siret ~ '^[0-9]{14}$'),
            employer_name text NOT NULL,
            scope text NOT NULL CHECK (scope IN ('consulter', 'modifier')),
            starts_on date NOT NULL,
            ends_on date CHECK (ends_on >= starts_on),
            granted_at timestamptz NOT NULL DEFAULT now(),
            revoked_at timestamptz,
            used_on date
        )""")
    op.execute("CREATE INDEX delegation_person ON delegation (person_id, granted_at)")
    op.execute("CREATE INDEX delegation_siret ON delegation (siret) WHERE revoked_at IS NULL")


def downgrade() -> None:
    op.execute("DROP TABLE delegation")
