"""`import-catalogue FILE`: its output and exit status; the sample of the demonstration."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.support.programs.commands import Finished, run_command
from tests.support.programs.settings import as_variables
from tests.support.text.spaces import plain
from tests.support.training.importing import as_file, line
from web.catalogue.lines import read_catalogue
from web.core.runtime import Runtime
from web.demo.samples import CATALOGUE, dated_sample, fill_catalogue


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """The tests' settings, as variables."""
    return {**os.environ, **as_variables(database_url)}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A valid file of 20 codes, for two certifications."""
    path = tmp_path / "good.csv"
    lines = (line(number, ("Menuisier", "Boulanger")[number % 2]) for number in range(20))
    path.write_bytes(as_file(lines).getvalue())
    return path


def run(path: Path, environment: dict[str, str]) -> Finished:
    return run_command("import-catalogue", str(path), **environment)


def test_a_file_is_applied_then_recognised(good: Path, environment: dict[str, str]) -> None:
    first, second = run(good, environment), run(good, environment)
    assert (first.status, first.err) == (second.status, second.err) == (0, "")
    output = plain(first.out)
    assert "20 codes, " in output
    assert "Le catalogue est remplacé : 2 certifications." in output
    assert "rien n’a changé" in second.out
    assert "\x1b" not in first.out


def test_a_refused_file_tells_each_line(good: Path, environment: dict[str, str]) -> None:
    with good.open("a") as file:
        file.write("1,Encore,,,,,,,\n\nx,,,,,,,,\n")
    answer = run(good, environment)
    assert answer.status == 1
    output = plain(answer.err).splitlines()
    assert output[0].startswith("ligne 24 : code_cpf : un nombre de 1 à 6 chiffres")
    assert output[1:] == [
        "ligne 22 : code_cpf : déjà à la ligne 3",
        "2 lignes refusées. Rien n’a été appliqué.",
    ]


def test_a_file_of_nothing_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(as_file([]).getvalue())
    answer = run(path, environment)
    assert answer.status == 1
    assert answer.err == "Le fichier ne contient aucune formation. Rien n’a été appliqué.\n"


def test_a_terminal_gets_a_bar(good: Path, environment: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "web", "import-catalogue", str(good)]
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
    assert "━" in seen.decode()
    assert "2 certifications" in seen.decode()


def test_the_sample_has_many_valid_formations_of_all_kinds() -> None:
    refusals: list[tuple[int, str]] = []
    with CATALOGUE.open("rb") as file:
        lines = list(
            read_catalogue(
                file,
                refuse=lambda line, reason: refusals.append((line, reason)),
                seen=lambda line, size: None,
            )
        )
    assert refusals == []
    assert len({one.code_cpf for one in lines}) == len(lines) >= 300
    assert len({one.title for one in lines}) >= 100
    assert len({one.sector for one in lines}) >= 10
    assert len({one.level for one in lines}) >= 5
    assert len({one.region for one in lines}) >= 15
    assert len({one.audience for one in lines}) >= 3
    assert any(one.valid_until for one in lines)


@pytest.mark.parametrize("year", [2026, 2028, 2041])
def test_the_sample_has_formations_valid_over_and_to_come_in_any_year(year: int) -> None:
    today = date(year, 12, 31)
    lines = list(
        read_catalogue(
            io.BytesIO(dated_sample(today)),
            refuse=lambda line, reason: pytest.fail(f"{line}: {reason}"),
            seen=lambda line, size: None,
        )
    )
    over = [one for one in lines if one.valid_until and one.valid_until < today]
    to_come = [one for one in lines if one.valid_from and one.valid_from > today]
    assert len(over) >= 10
    assert len(to_come) >= 10
    assert sum(one.valid_until is not None and one.valid_until > today for one in lines) >= 50


async def test_the_demonstration_imports_the_sample_once(runtime: Runtime) -> None:
    async def version() -> tuple[int, int]:
        row = await runtime.db.fetchrow("SELECT id, codes FROM catalogue_version")
        assert row is not None
        return row["id"], row["codes"]

    url = runtime.settings.database_url
    await asyncio.to_thread(fill_catalogue, url)
    first = await version()
    await asyncio.to_thread(fill_catalogue, url)
    assert await version() == first
    assert first[1] >= 300
