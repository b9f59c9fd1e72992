"""Preconditions that the demonstration checks before starting."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.support.programs.commands import run_command
from tests.support.text.spaces import plain


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
