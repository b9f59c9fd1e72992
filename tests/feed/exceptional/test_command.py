"""`credit-exceptional FILE`: its output and exit status."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.programs.commands import Finished, run_command
from tests.support.programs.settings import as_variables
from tests.support.text.spaces import plain
from tests.support.titulaires.people import synthetic_nir
from tests.support.training.feeding import as_file
from web.feed.exceptional.lines import COLUMNS

NIRS = [synthetic_nir(number) for number in range(20)]


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """The tests' settings, as variables."""
    return {**os.environ, **as_variables(database_url)}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A valid file of 20 lines."""
    path = tmp_path / "good.csv"
    lines = (
        (nir, "demandeur-emploi", 100, "2016-05-02", "Pôle emploi", f"R-{number}")
        for number, nir in enumerate(NIRS)
    )
    path.write_bytes(as_file(lines).getvalue())
    return path


def run(path: Path, environment: dict[str, str]) -> Finished:
    return run_command("credit-exceptional", str(path), **environment)


def test_a_file_is_applied_then_recognised(good: Path, environment: dict[str, str]) -> None:
    first, second = run(good, environment), run(good, environment)
    assert (first.status, first.err) == (second.status, second.err) == (0, "")
    done = "20 lignes nouvelles ou corrigées, 20 crédits exceptionnels, 0 correction."
    assert done in first.out
    assert "retirer" not in first.out
    assert "Ces crédits étaient déjà enregistrés : rien n’a changé." in plain(second.out)
    good.write_text(good.read_text().replace(",100,", ",0,"))
    assert "0 crédit exceptionnel, 20 corrections." in run(good, environment).out


def test_a_refused_file_reports_each_line_and_never_its_contents(
    good: Path, environment: dict[str, str]
) -> None:
    with good.open("a") as file:
        file.write("2850599990009,don,x,2030,\n2850599990001,correctif,99,2016-01-01,<b>,secret\n")
    answer = run(good, environment)
    assert answer.status == 1
    output = plain(answer.err).splitlines()
    assert [line.split(" : ")[0] for line in output[:2]] == ["ligne 21", "ligne 22"]
    assert output[2:] == ["2 lignes refusées. Rien n’a été appliqué."]
    for typed in ("28505", "secret", "don,", "<b>"):
        assert typed not in answer.out + answer.err


def test_a_file_without_a_credit_ends_with_a_sentence(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(",".join(COLUMNS) + "\n")
    answer = run(path, environment)
    assert answer.status == 1
    assert answer.err == "Le fichier ne contient aucune ligne de crédit. Rien n’a été appliqué.\n"
