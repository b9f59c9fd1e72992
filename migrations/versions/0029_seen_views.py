"""What an account sees of its person: all but what an account of another holder left.

`seen_dossier`, `seen_delegation`, `seen_event`, `seen_hours_worked` have the rows of these tables
that an account sees; of people without an account they have none. An event about a dossier goes
with the dossier, whenever it happened. `seen_movement` and `seen_dif_lock` have every row, since
hours belong to the person whoever holds the account: of a dossier that is not seen they say
`of_former`, and '' in the place of its number.

The views have the rights of who asks, and are joins: nobody writes through them.
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None
phase = "expand"


def _owned(moment: str) -> str:
    """Whether what was written at that moment is that of the holder of account `a`.

    Before it was opened, it is that of the last one opened until then, or of the first of all.
    """
    return f"""({moment} >= a.created_at OR coalesce(
        (SELECT f.holder_id FROM former_account f WHERE f.person_id = a.person_id
         ORDER BY f.opened_at <= {moment} DESC,
                  CASE WHEN f.opened_at <= {moment} THEN f.opened_at END DESC, f.opened_at
         LIMIT 1),
        a.holder_id) = a.holder_id)"""  # noqa: S608


def _hidden(number: str) -> str:
    """Whether this is the number of a dossier that account `a` does not see."""
    return f"""EXISTS (
        SELECT FROM dossier d WHERE d.number = {number} AND d.person_id = a.person_id
          AND NOT {_owned("d.created_at")})"""


_MOMENT_OF_EVENT = """coalesce(
    (SELECT d.created_at FROM dossier d
     WHERE e.kind LIKE 'dossier%' AND d.number = e.detail AND d.person_id = e.person_id),
    e.occurred_at)"""
VIEWS = {
    "seen_dossier": f"""
        SELECT d.* FROM dossier d JOIN account a USING (person_id)
        WHERE {_owned("d.created_at")}""",  # noqa: S608
    "seen_delegation": f"""
        SELECT d.* FROM delegation d JOIN account a USING (person_id)
        WHERE {_owned("d.granted_at")}""",  # noqa: S608
    "seen_hours_worked": f"""
        SELECT h.* FROM hours_worked h JOIN account a USING (person_id)
        WHERE {_owned("h.fed_at")}""",  # noqa: S608
    "seen_event": f"""
        SELECT e.* FROM event e JOIN account a USING (person_id)
        WHERE {_owned(_MOMENT_OF_EVENT)}""",  # noqa: S608
    "seen_movement": f"""
        SELECT m.id, m.person_id, m.balance, m.kind, m.hours, m.reserved, m.year,
               CASE WHEN {_hidden("m.reference")} THEN '' ELSE m.reference END AS reference,
               m.created_at, {_hidden("m.reference")} AS of_former
        FROM movement m JOIN account a USING (person_id)""",  # noqa: S608
    "seen_dif_lock": f"""
        SELECT l.person_id,
               CASE WHEN {_hidden("l.dossier_number")} THEN '' ELSE l.dossier_number END
                   AS dossier_number,
               l.locked_at, {_hidden("l.dossier_number")} AS of_former
        FROM dif_lock l JOIN account a USING (person_id)""",  # noqa: S608
}


def upgrade() -> None:
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} WITH (security_invoker = true) AS {query}")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
