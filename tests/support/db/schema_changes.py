"""The statements of a revision, and those that the version before could not bear."""

from __future__ import annotations

import io
import re
from types import ModuleType

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

# What removes or renames, and so needs a release that no longer uses it.
KEPT = "CONSTRAINT|DEFAULT|NOT NULL|IDENTITY|EXPRESSION"
REMOVALS = {
    "drops a table or view": r"DROP (MATERIALIZED )?(TABLE|VIEW)\b",
    "drops a function or type": r"DROP (FUNCTION|AGGREGATE|TYPE|SEQUENCE|SCHEMA|DOMAIN)\b",
    "drops a column": rf"ALTER TABLE [^;]*\bDROP (?!{KEPT})\w",
    "renames": r"\bRENAME\b",
    "requires a value": r"SET NOT NULL\b",
    "drops a default": r"DROP DEFAULT\b",
    "changes a type": r"ALTER (COLUMN )?\w+ (SET DATA )?TYPE\b",
    "removes rights": r"\bREVOKE\b",
    "empties a table": r"(?<!\bOR )\bTRUNCATE (TABLE )?\w+",
}
ADDED_COLUMN = re.compile(r"\bADD COLUMN (?:IF NOT EXISTS )?(\w+) ((?:\([^)]*\)|[^,;(])*)", re.I)
FILLED = re.compile(r"\b(DEFAULT|GENERATED)\b", re.I)
CREATED = re.compile(r"\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.I)
CONSTRAINED = re.compile(r"\bALTER TABLE (?:ONLY )?(\w+)(.*)", re.I)
ADDED_CONSTRAINT = re.compile(
    r"\bADD (?:CONSTRAINT (\w+) )?(?:CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)", re.I
)
# The tables that have a row or more for each titulaire.
LARGE = "account|delegation|dossier|event|login|mail|movement|person|registration|session"
READS_WHOLE = {
    "builds an index": rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)[^;]*\bON ({LARGE})\b",
    "writes the rows": rf"(?:^|;) ?(?:UPDATE|DELETE FROM) (?:ONLY )?({LARGE})\b",
    "checks the rows": (
        rf"ALTER TABLE (?:ONLY )?({LARGE})\b(?![^;]*NOT VALID)[^;]*\bADD [^;]*\bCHECK\b"
    ),
}
UNIQUE_INDEX = re.compile(r"\bCREATE UNIQUE INDEX (?:CONCURRENTLY )?\w+ ON (\w+)", re.I)


def statements_of(revision: ModuleType) -> str:
    """The SQL of its upgrade, on one line, without comments nor the bodies of functions."""
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context):
        revision.upgrade()
    text = re.sub(r"--[^\n]*", "", written.getvalue())
    text = re.sub(r"\$(\w*)\$.*?\$\1\$", "''", text, flags=re.S)
    return " ".join(text.split())


def removals(sql: str) -> list[str]:
    """List the changes in these statements that would break a running earlier program."""
    found = [what for what, pattern in REMOVALS.items() if re.search(pattern, sql, re.I)]
    created = set(CREATED.findall(sql.lower()))
    # The names that PostgreSQL gives to checks of columns: an earlier program leaves these empty.
    of_new_columns = {
        f"{table}_{column}_check"
        for table, actions in CONSTRAINED.findall(sql.replace(";", "\n"))
        for column, _ in ADDED_COLUMN.findall(actions)
    }
    for statement in sql.split(";"):
        for name, definition in ADDED_COLUMN.findall(statement):
            if re.search(r"\bNOT NULL\b", definition, re.I) and not FILLED.search(definition):
                found.append(f"adds the column {name} without a value")
        indexed = set(UNIQUE_INDEX.findall(statement.lower())) - created
        found += [f"adds a unique index to {table}" for table in indexed]
        for table, actions in CONSTRAINED.findall(statement):
            for constraint in ADDED_CONSTRAINT.findall(actions):
                # One that replaces another of its name accepts more: for the author to see to.
                replaced = constraint and re.search(
                    rf"DROP CONSTRAINT {constraint}\b", actions, re.I
                )
                if constraint in of_new_columns:
                    continue
                if table.lower() not in created and not replaced:
                    found.append(f"adds a constraint to {table}")
    return found


def long_locks(sql: str) -> list[str]:
    """List the statements that keep a large table locked for as long as they read all of it."""
    return [
        f"{what} of {table.lower()}"
        for what, pattern in READS_WHOLE.items()
        for table in re.findall(pattern, sql, re.I)
    ]
