"""Commands that cannot write their output: no traceback, and a correct exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from tests.support.programs.processes import inherited
from tests.support.programs.settings import DEFAULTS
from tests.support.repository import ROOT
from tests.support.training.importing import as_file, line

# A closed pipe, a closed descriptor, and a full disk.
PLACES = ["nobody reads", "closed", "full"]


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """The tests' settings as variables, with an ASCII-only terminal."""
    settings = {name.upper(): str(value) for name, value in DEFAULTS.items()}
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    return {**inherited(), **settings, **ascii_only, "DATABASE_URL": database_url}


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A catalogue of two codes."""
    path = tmp_path / "catalogue.csv"
    path.write_bytes(as_file(line(number, "Pâtissière") for number in (1, 2)).getvalue())
    return path


def run(
    arguments: tuple[str, ...], environment: Mapping[str, str], place: str | None = None
) -> tuple[int, str, str]:
    """Return status, stdout and stderr; if given, stdout goes to `place` and is not read."""
    command = [sys.executable, "-m", "web", *arguments]
    if place == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    reading, writing = os.pipe()
    os.close(reading)
    full = os.open("/dev/full", os.O_WRONLY)
    done = subprocess.run(
        command,
        env=environment,
        cwd=ROOT,
        stdout={"nobody reads": writing, "full": full}.get(place or "", subprocess.PIPE),
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    os.close(writing)
    os.close(full)
    return done.returncode, (done.stdout or b"").decode("ascii"), done.stderr.decode("ascii")


def test_a_terminal_without_our_letters_gets_plain_ones(environment: dict[str, str]) -> None:
    status, out, err = run(("migrate",), environment)
    assert (status, err) == (0, "")
    assert out.startswith("La base est a la revision ")

    status, out, err = run(("check",), environment)
    assert (status, out) == (1, "")
    assert err.startswith("Le serveur de messagerie ne repond pas (SMTP_URL) : ")
    assert "Traceback" not in err


@pytest.mark.parametrize("place", PLACES)
async def test_the_exit_status_reports_success_although_nobody_reads_the_output(
    environment: dict[str, str], catalogue: Path, place: str
) -> None:
    assert run(("import-catalogue", str(catalogue)), environment, place) == (0, "", "")

    connection = await asyncpg.connect(environment["DATABASE_URL"])
    assert await connection.fetchval("SELECT count(*) FROM formation") == 2
    await connection.close()


def test_the_exit_status_reports_a_refusal_although_nobody_reads_the_output(
    environment: dict[str, str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(as_file([line("canari", "Pâtissière")]).getvalue())
    status, _, err = run(("import-catalogue", str(wrong)), environment, "nobody reads")

    assert status == 1
    assert "Rien n'a ete applique." in err
    assert "Traceback" not in err


def test_help_is_shown_anywhere(environment: dict[str, str]) -> None:
    status, out, err = run(("--help",), environment)
    assert (status, err) == (0, "")
    assert out.startswith("Usage : python -m web ")
    assert "Verifier les reglages" in out
    for place in PLACES:
        status, _, err = run(("--help",), environment, place)
        assert (status, err) == (0, "")


def test_a_usage_error_is_reported_in_ascii_on_an_ascii_terminal(
    environment: dict[str, str],
) -> None:
    status, out, err = run(("chek",), environment)

    assert (status, out) == (2, "")
    assert err.startswith("La commande chek n'existe pas. Vouliez-vous ecrire check ?")
