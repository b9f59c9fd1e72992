"""Preconditions that the demonstration checks before starting."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.programs.commands import run_command
from tests.support.text.spaces import plain
from web.demo.launcher import _environment
from web.settings import load_settings


def test_a_port_that_is_taken_is_told_and_nothing_is_started(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_command("demo", "--port", str(port), "--data", str(data))
    assert (done.status, done.out) == (1, "")
    assert plain(done.err) == (
        f"Le port {port} est déjà utilisé sur cette machine : arrêtez le programme qui l’utilise, "
        "ou donnez un autre port avec --port.\n"
    )
    assert not data.exists()


def test_the_demonstrations_own_settings_are_valid_and_name_no_other_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the variables of the shell that starts it."""
    others = ("DATABASE_URL", "DIRECT_DATABASE_URL", "READ_DATABASE_URL")
    for name in others:
        monkeypatch.setenv(name, "postgresql://somebody@elsewhere.example/another")
    database_url = "postgresql://somebody@127.0.0.1/compte"
    environment = _environment(tmp_path, 8000, database_url, 2525)
    # As in the programs that it starts, which have this environment and no other.
    for name in others:
        monkeypatch.delenv(name)
    settings = load_settings(**{name.lower(): text for name, text in environment.items()})
    assert (settings.database_url, settings.direct_url) == (database_url, database_url)
    assert settings.read_database_url is None
