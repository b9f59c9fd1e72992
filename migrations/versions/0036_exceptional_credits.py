"""Exceptional credits of CPF hours, told apart from the yearly ones.

`exceptional_credit` has what the files grant, by reference: a reference belongs to one person. The
movements of a credit, and those that correct it, name it in `credit_reference`. In `hours_by_year`,
`exceptional` is the part of `hours` that comes from such credits, in the year they were granted; a
year with nothing but withdrawn credits has no row. `seen_exceptional_credit` has the credits that
an account sees.

Expands only: servers of the version before read neither the columns nor the table. Revision 0041
indexes the column.
"""

from __future__ import annotations

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None
phase = "expand"


# As in revision 0029.
def _owned(moment: str) -> str:
    return f"""({moment} >= a.created_at OR coalesce(
        (SELECT f.holder_id FROM former_account f WHERE f.person_id = a.person_id
         ORDER BY f.opened_at <= {moment} DESC,
                  CASE WHEN f.opened_at <= {moment} THEN f.opened_at END DESC, f.opened_at
         LIMIT 1),
        a.holder_id) = a.holder_id)"""  # noqa: S608


_HIDDEN = f"""EXISTS (
    SELECT FROM dossier d WHERE d.number = m.reference AND d.person_id = a.person_id
      AND NOT {_owned("d.created_at")})"""


def _seen_movement(more: str) -> str:
    return f"""
        VIEW seen_movement WITH (security_invoker = true) AS
        SELECT m.id, m.person_id, m.balance, m.kind, m.hours, m.reserved, m.year,
               CASE WHEN {_HIDDEN} THEN '' ELSE m.reference END AS reference,
               m.created_at, {_HIDDEN} AS of_former{more}
        FROM movement m JOIN account a USING (person_id)"""  # noqa: S608


_SEEN_CREDIT = f"""
    VIEW seen_exceptional_credit WITH (security_invoker = true) AS
    SELECT c.* FROM exceptional_credit c JOIN account a USING (person_id)
    WHERE {_owned("c.fed_at")}"""  # noqa: S608
_BEFORE = """
    VIEW hours_by_year AS
    SELECT person_id,
           CASE WHEN balance = 'dif' THEN 2014 ELSE coalesce(
               year, extract(year FROM created_at AT TIME ZONE 'Europe/Paris')::int)
           END AS year,
           sum(hours)::int AS hours
    FROM movement
    WHERE kind IN ('dif_declared', 'dif_corrected', 'cpf_yearly_credit', 'correction',
                   'exceptional_credit')
    GROUP BY 1, 2"""
_TOLD_APART = """
    VIEW hours_by_year AS
    SELECT m.person_id,
           CASE WHEN m.balance = 'dif' THEN 2014 ELSE coalesce(
               m.year, extract(year FROM c.granted_on)::int,
               extract(year FROM m.created_at AT TIME ZONE 'Europe/Paris')::int)
           END AS year,
           sum(m.hours)::int AS hours,
           coalesce(sum(m.hours) FILTER (
               WHERE m.kind = 'exceptional_credit' OR m.credit_reference IS NOT NULL), 0)::int
               AS exceptional
    FROM movement m LEFT JOIN exceptional_credit c ON c.reference = m.credit_reference
    WHERE m.kind IN ('dif_declared', 'dif_corrected', 'cpf_yearly_credit', 'correction',
                     'exceptional_credit')
    GROUP BY 1, 2
    HAVING sum(m.hours) <> 0 OR bool_or(m.credit_reference IS NULL)"""


def upgrade() -> None:
    """Add the table, the column of movements, and both to the views."""
    op.execute("""
        CREATE TABLE exceptional_credit (
            reference text PRIMARY KEY CHECK (length(reference) BETWEEN 1 AND 40),
            person_id uuid NOT NULL REFERENCES person,
            kind text NOT NULL,
            hours integer NOT NULL CHECK (hours >= 0),
            granted_on date NOT NULL,
            granted_by text NOT NULL,
            fed_at timestamptz NOT NULL DEFAULT now()
        )""")
    op.execute("CREATE INDEX exceptional_credit_person ON exceptional_credit (person_id)")
    op.execute(
        "ALTER TABLE movement ADD COLUMN credit_reference text REFERENCES exceptional_credit"
    )
    op.execute(f"CREATE OR REPLACE {_seen_movement(', m.credit_reference')}")
    op.execute(f"CREATE {_SEEN_CREDIT}")
    op.execute(f"CREATE OR REPLACE {_TOLD_APART}")


def downgrade() -> None:
    """Make the views again without them; `migrate --grant-to` grants the views.

    The hours stay in the ledger and their references are lost: a file applied before would credit
    them again.
    """
    for view in ("hours_by_year", "seen_exceptional_credit", "seen_movement"):
        op.execute(f"DROP VIEW {view}")
    op.execute("ALTER TABLE movement DROP COLUMN credit_reference")
    op.execute("DROP TABLE exceptional_credit")
    op.execute(f"CREATE {_seen_movement('')}")
    op.execute(f"CREATE {_BEFORE}")
