"""Helpers are in tests/support, or in the folder that alone uses them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.repository import ROOT

TESTS = ROOT / "tests"
SHARED = "tests.support"


def imported_by(path: Path) -> Iterator[str]:
    """Each module of the tests that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("tests."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tests":
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                yield whole if is_module(whole) else str(node.module)


def is_module(name: str) -> bool:
    path = TESTS.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def foreign(folder: str, module: str) -> bool:
    """Return whether this folder may not import this module."""
    package, _, name = module.rpartition(".")
    if name == "conftest" or name.startswith("test_"):
        return True
    if within(package, SHARED) or (within(folder, package) and package != "tests"):
        return False
    return not has_only_helpers(package) or not within(folder, package.rpartition(".")[0])


def within(folder: str, outer: str) -> bool:
    return f"{folder}.".startswith(f"{outer}.")


def has_only_helpers(package: str) -> bool:
    """Return whether a folder has helpers for the folders beside it, and no test."""
    outer = package.rpartition(".")[0]
    folder = ROOT.joinpath(*package.split("."))
    return outer not in ("", "tests") and not list(folder.glob("test_*.py"))


@pytest.mark.parametrize(
    ("folder", "module", "is_foreign"),
    [
        ("tests.hours", "tests.support.db.rows", False),
        ("tests.hours.chart", "tests.hours.balances", False),
        ("tests.journeys", "tests.journeys.site", False),
        ("tests.journeys.swaps", "tests.journeys.site", False),
        ("tests.journeys.stories", "tests.journeys.browsers.drivers", False),
        ("tests.journeys.stories", "tests.journeys.swaps.swap", True),
        ("tests.hours", "tests.journeys.browsers.drivers", True),
        ("tests.hours", "tests.journeys.site", True),
        ("tests", "tests.journeys.site", True),
        ("tests.hours", "tests.hours.conftest", True),
        ("tests.hours", "tests.hours.test_dif", True),
        ("tests.hours", "tests.conftest", True),
        ("tests.hours", "tests", True),
    ],
)
def test_the_rule_tells_which_folders_may_import_a_module(
    folder: str, module: str, is_foreign: bool
) -> None:
    assert foreign(folder, module) is is_foreign


def test_no_test_imports_from_another_nor_the_helper_of_another_folder() -> None:
    assert [
        f"{path.relative_to(TESTS)} imports {module}"
        for path in sorted(TESTS.rglob("*.py"))
        for module in imported_by(path)
        if module != SHARED
        and foreign(".".join(("tests", *path.relative_to(TESTS).parts[:-1])), module)
    ] == []
