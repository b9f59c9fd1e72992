"""Every command reports an unreachable database in one sentence, with exit status 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from tests.cli.database_commands import AGENT, COMMANDS, run
from tests.support.programs.ports import free_port
from web.__main__ import cli

# `serve` starts without its database and waits for it; `demo` starts its own.
OTHERS = {"serve", "demo"}


def assert_one_sentence(status: int, out: str, sentences: list[str]) -> None:
    assert len(sentences) == 1, sentences
    assert sentences[0].startswith("La base de données ne répond pas (DATABASE_URL)")
    assert sentences[0].endswith(".")
    assert (status, out) == (1, "")


def test_no_command_is_forgotten() -> None:
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    assert set(group.commands) == {command[0] for command in COMMANDS} | OTHERS


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_server_that_is_away(command: tuple[str, ...], tmp_path: Path) -> None:
    url = f"postgresql://nobody:s3cret@127.0.0.1:{free_port()}/none"

    assert_one_sentence(*run(command, url, tmp_path))


@pytest.mark.parametrize(
    "command", [("migrate",), ("rotate-keys",), ("withdraw-professional", *AGENT)]
)
def test_a_database_that_does_not_exist_or_refuses_its_role(
    postgres: Any, command: tuple[str, ...], tmp_path: Path
) -> None:
    """One command for each way of connecting."""
    absent = postgres.get_uri("absent")
    refused = postgres.get_uri("postgres").replace("//postgres:", "//nobody:", 1)
    assert "nobody" in refused
    for url in (absent, refused):
        assert_one_sentence(*run(command, url, tmp_path))
