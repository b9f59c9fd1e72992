"""What a command says, and how it ends, when the database does not answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from web.core.db import DatabaseUnavailableError

UNREACHABLE = "La base de données ne répond pas (DATABASE_URL). Relancez la commande."


@contextmanager
def told_when_unreachable() -> Iterator[None]:
    """Say so in a sentence, and stop the program with status 1."""
    try:
        yield
    except DatabaseUnavailableError:
        sys.stderr.write(f"{UNREACHABLE}\n")
        sys.exit(1)
