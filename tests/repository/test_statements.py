"""Each security statement has a test that cites its number, as docs/security.md says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.repository import ROOT

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# OWASP ASVS 5.0.0. A chapter (3.4) is cited by any of its numbers (3.4.1).
PASSWORDS = "6.2.1 6.2.3 6.2.4 6.2.5 6.2.7 6.2.8 6.2.11 11.4.2 15.2.2"
NO_TELLING = "6.3.8"
AUTOMATION = "6.1.1 6.3.1 2.4.1 15.3.4"
FLOW = "2.3.1 2.3.3 15.4.2 15.3.3 15.3.7"
TOKENS = "11.5.1 6.5.2 3.5.3 14.2.1"
SESSIONS = "7.4.1 7.4.3 14.3"
BROWSER = "3.5.1 3.4"
DATA = "11.3 11.2.2 14.2.6 16.2.5 8.2.2"
OPERATIONS = "16.3.1 16.5 6.3.7"
STATEMENTS = " ".join(
    (PASSWORDS, NO_TELLING, AUTOMATION, FLOW, TOKENS, SESSIONS, BROWSER, DATA, OPERATIONS)
).split()


def folders() -> list[Path]:
    """The folders of tests that docs/security.md names."""
    beginning = (ROOT / "docs/security.md").read_text().partition("\n## ")[0]
    return [ROOT / path for path in re.findall(r"`(tests/\w+)`", beginning)]


def docstrings() -> Iterator[tuple[Path, str]]:
    """The docstring of each test, with the folder named."""
    for folder in folders():
        for path in folder.rglob("test_*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, FUNCTIONS) and node.name.startswith("test_"):
                    yield folder, ast.get_docstring(node) or ""


def cites(docstring: str, number: str) -> bool:
    """Return whether the number is there, and not as part of a longer one."""
    return re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", docstring) is not None


def test_every_statement_is_cited_by_a_test() -> None:
    said = [docstring for _, docstring in docstrings()]
    missing = [number for number in STATEMENTS if not any(cites(one, number) for one in said)]
    assert missing == []


def test_every_folder_named_has_such_a_test() -> None:
    found = {
        folder for folder, one in docstrings() if any(cites(one, number) for number in STATEMENTS)
    }
    assert found == set(folders())


def test_a_number_is_not_found_in_a_longer_one() -> None:
    assert cites("6.2.1, 6.2.5: both", "6.2.1")
    assert cites("ASVS 3.4.1.", "3.4")
    for docstring, number in (("6.2.11", "6.2.1"), ("16.3.1", "6.3.1"), ("1.16.5", "16.5")):
        assert not cites(docstring, number)
