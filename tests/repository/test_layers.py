"""The modules that may know the web framework, the database, its driver and SQL, by their names.

The order of the packages is a contract of import-linter, in pyproject.toml.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.repository import ROOT

WEB = ROOT / "web"
FRAMEWORK = re.compile(r"(starlette|jinja2|wtforms)\b")
DRIVER = re.compile(r"(asyncpg|databases|sqlalchemy)\b")
QUERIES = re.compile(r"web\.core\.db\.|web\..*queries\b")
# The modules of a feature that make pages, or the fields of a form.
PAGES = re.compile(
    r"(\w+_)?(routes|pages)|page|forms|\w+_(form|field)|guard|handlers|answer|redirect|refusals"
)
FORMS = re.compile(r"forms|\w+_(form|field)")
# The beginning of a literal statement, or of the first part of an f-string.
STATEMENT = re.compile(
    r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|LOCK|SET LOCAL|CREATE|DROP|ALTER|GRANT"
    r"|REVOKE)\s"
)
SQL_MODULES = re.compile(r"(\w+_)?queries")
# The package of the database: connections, transactions, locks, migrations, purges.
DATABASE_ROOM = WEB / "core" / "db"
# Other modules with statements, and why each has them.
WITH_STATEMENTS = {
    "core/crypto/key_check.py": "built from the sealed columns that it is given",
    "core/crypto/key_rotation.py": "built from the sealed columns that it is given",
    "core/ops/health.py": "the write that shows that the database takes writes",
    "core/rate_limit.py": "each limit is one statement, with its count and its refusal",
    "grants.py": "the rights of a role, which are statements only",
    # To be moved into queries modules.
    "auth/kept_forms.py": "the statements of one table",
    "auth/login/attempt_limits.py": "a read of the known devices",
    "auth/logins.py": "the statements of one table",
    "auth/titulaires/mails.py": "the read of an event that a mail reports",
    "auth/sessions/known_devices.py": "the statements of one table",
    "auth/sessions/titulaire.py": "the guard's one statement",
    "agents/sessions.py": "the guard's one statement",
}
# Infrastructure and assembly, which build the application from the framework.
OUTSIDE_FEATURES = ("core", "cli", "demo", "domain")
FEATURES = [
    path
    for path in sorted(WEB.rglob("*.py"))
    if path.parent != WEB and path.relative_to(WEB).parts[0] not in OUTSIDE_FEATURES
]


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def knowing(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return the modules that import what the pattern names."""
    return [str(path.relative_to(WEB)) for path in paths if any(map(pattern.match, imports(path)))]


def test_pages_and_forms_alone_know_the_web_framework() -> None:
    others = [path for path in FEATURES if not PAGES.fullmatch(path.stem)]
    assert len(others) > 100
    assert knowing(FRAMEWORK, others) == []


def test_forms_never_touch_the_database() -> None:
    forms = [path for path in FEATURES if FORMS.fullmatch(path.stem)]
    assert len(forms) > 10
    assert knowing(QUERIES, forms) == []


def test_no_feature_knows_the_driver_of_the_database() -> None:
    assert knowing(DRIVER, FEATURES) == []


def statements(path: Path) -> list[str]:
    """Return the beginning of each SQL statement that a module has as a literal."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and (match := STATEMENT.match(text)):
            found.append(match[1])
    return found


def test_sql_is_in_queries_modules_only() -> None:
    others = {
        str(path.relative_to(WEB))
        for path in WEB.rglob("*.py")
        if not SQL_MODULES.fullmatch(path.stem)
        and not path.is_relative_to(DATABASE_ROOM)
        and statements(path)
    }
    assert others == set(WITH_STATEMENTS)


@pytest.mark.parametrize(
    ("source", "statement"),
    [
        ('await connection.fetchrow("SELECT 1")', "SELECT"),
        ('FOUND = """\n    WITH found AS (SELECT 1)\n    SELECT * FROM found"""', "WITH"),
        ('f"UPDATE {table} SET number = 1"', "UPDATE"),
        ('text = "Select a date"', None),
        ('"""WITHOUT a statement."""', None),
    ],
)
def test_a_statement_is_seen(source: str, statement: str | None, tmp_path: Path) -> None:
    path = tmp_path / "service.py"
    path.write_text(source)
    assert statements(path) == ([statement] if statement else [])


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("from starlette.responses import Response", FRAMEWORK),
        ("def f() -> None:\n    import asyncpg", DRIVER),
        ("from web.hours import queries", QUERIES),
        ("from web.core.db.database import Database", QUERIES),
    ],
)
def test_each_broken_rule_is_detected(
    source: str, pattern: re.Pattern[str], tmp_path: Path
) -> None:
    path = tmp_path / "service.py"
    path.write_text(source)
    assert any(map(pattern.match, imports(path)))
