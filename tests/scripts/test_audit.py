"""The verdict on the locked dependencies when some of them, or none, could be looked up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.repository import ROOT

SAFE = {"name": "starlette", "version": "1.10", "vulns": []}
FLAWED = {
    "name": "jinja2",
    "version": "3.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["3.1"], "aliases": [], "description": "x"}],
}
UNASKED = {"name": "asyncpg", "skip_reason": "Dependency not found on PyPI"}


def audited(tmp_path: Path, output: str, status: int = 0) -> tuple[int, str]:
    """The status and the verdict for this output of pip-audit; the verdict is also saved."""
    program = tmp_path / "pip-audit"
    (tmp_path / "output").write_text(output)
    program.write_text(
        f"#!/bin/sh\ncat '{tmp_path}/output'\necho 'ERROR: canary' >&2\nexit {status}\n"
    )
    program.chmod(0o700)
    kept = tmp_path / "build" / "audit.txt"
    command = [sys.executable, "-m", "scripts.audit", str(tmp_path), str(kept)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == kept.read_text()
    assert done.stderr == ""
    return done.returncode, done.stdout


def report(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_vulnerability_fails_whatever_else_could_not_be_asked(tmp_path: Path) -> None:
    status, verdict = audited(tmp_path, report(SAFE, UNASKED, FLAWED), 1)

    assert status == 1
    assert "jinja2 3.0: PYSEC-2026-1, mended in 3.1" in verdict


def test_all_that_is_known_to_be_sound_is_counted(tmp_path: Path) -> None:
    assert audited(tmp_path, report(SAFE)) == (0, "No known vulnerability in 1 dependencies.\n")


def test_packages_that_could_not_be_looked_up_are_named(tmp_path: Path) -> None:
    status, verdict = audited(tmp_path, report(SAFE, UNASKED))

    assert status == 0
    assert verdict.startswith("AUDITED IN PART: no known vulnerability in 1 ")
    assert "asyncpg" in verdict


@pytest.mark.parametrize("output", [report(UNASKED), report(), "", "no JSON", "[]", "null"])
def test_an_audit_that_asked_nothing_does_not_pass_for_one(tmp_path: Path, output: str) -> None:
    status, verdict = audited(tmp_path, output, 1)

    assert status == 0
    assert verdict.startswith("NOT AUDITED: ")
    assert "No known vulnerability" not in verdict


def test_the_last_thing_that_make_test_says_is_the_verdict() -> None:
    plan = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--always-make", "test"],
        cwd=ROOT,
        # Without the variables that `make` sets when it runs this test.
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    [auditing] = [one for one in plan if "scripts.audit" in one]

    assert plan[-1] == f"cat {auditing.split()[-1]}"
