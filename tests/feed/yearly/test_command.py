"""`credit-hours FILE`: its output and exit status."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.programs.commands import Finished, run_command
from tests.support.programs.settings import NOWHERE, as_variables
from tests.support.text.spaces import plain
from tests.support.titulaires.people import synthetic_nir
from tests.support.training.feeding import EMPLOYERS, as_file

NIRS = [synthetic_nir(number) for number in range(20)]


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """The tests' settings, as variables."""
    return {**os.environ, **as_variables(database_url)}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A valid file of 20 lines."""
    path = tmp_path / "good.csv"
    path.write_bytes(as_file((nir, 2015, EMPLOYERS[0], 1607, "") for nir in NIRS).getvalue())
    return path


def run(path: Path, environment: dict[str, str]) -> Finished:
    return run_command("credit-hours", str(path), **environment)


def test_a_file_is_applied_then_recognised(good: Path, environment: dict[str, str]) -> None:
    first, second = run(good, environment), run(good, environment)
    assert (first.status, first.err) == (second.status, second.err) == (0, "")
    assert "20 lignes nouvelles ou corrigées, 20 alimentations, 0 correction." in first.out
    assert "rien n’a changé" in second.out
    assert "\x1b" not in first.out


def test_a_refused_file_tells_each_line_and_never_what_it_holds(
    good: Path, environment: dict[str, str]
) -> None:
    with good.open("a") as file:
        file.write("2850599990009,2015,1,2,3\n\n2850599990008,1999,,x,\n")
    answer = run(good, environment)
    assert answer.status == 1
    output = plain(answer.err).splitlines()
    assert [line.split(" : ")[0] for line in output[:2]] == ["ligne 21", "ligne 23"]
    assert output[2:] == ["2 lignes refusées. Rien n’a été appliqué."]
    assert "28505" not in answer.out + answer.err
    assert "Rien n’a été" not in run_without(good, environment)


def run_without(path: Path, environment: dict[str, str]) -> str:
    """The file without its last two non-empty lines: it counts as a new file."""
    path.write_text("\n".join(path.read_text().splitlines()[:20]))
    answer = run(path, environment)
    assert "20 alimentations" in answer.out
    return answer.err


@pytest.mark.parametrize("content", ["", "nir,year,siret,hours_worked,reference_hours\n", ",,,,\n"])
def test_a_file_with_nothing_to_apply_says_so(
    tmp_path: Path, environment: dict[str, str], content: str
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(content)
    answer = run(path, environment)
    assert answer.status == 1
    assert answer.err == "Le fichier ne contient aucune ligne d’heures. Rien n’a été appliqué.\n"
    assert "déjà" not in answer.out


def test_the_separator_of_a_spreadsheet_is_named_in_one_sentence(
    good: Path, environment: dict[str, str]
) -> None:
    good.write_text(good.read_text().replace(",", ";"))
    answer = run(good, environment)
    output = plain(answer.err).splitlines()
    assert len(output) == 2
    assert "points-virgules" in output[0]
    assert output[1] == "20 lignes refusées. Rien n’a été appliqué."


def test_a_database_that_does_not_answer_is_said_in_a_sentence(good: Path) -> None:
    answer = run(good, as_variables(NOWHERE))
    assert answer.status == 1
    assert answer.err == (
        "La base de données ne répond pas (DATABASE_URL)\u00a0: ConnectionRefusedError. "
        "Rien n’a été appliqué.\n"
    )


def test_a_terminal_gets_a_bar(good: Path, environment: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "web", "credit-hours", str(good)]
    process = subprocess.Popen(command, env={**environment, "TERM": "xterm"}, stdout=theirs)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 4096):
            seen += part
    except OSError:  # on Linux, the other end was closed
        pass
    os.close(ours)
    assert process.wait(30) == 0
    text = seen.decode()
    assert "━" in text
    assert "100%" in text
    assert "20 alimentations" in text
