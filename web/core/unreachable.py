"""Exit of a command when the database is unreachable or its schema is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from web.core.db import DatabaseUnavailableError
from web.core.migrations import WrongSchemaError

UNREACHABLE = (
    "La base de données ne répond pas (DATABASE_URL). Quand elle répondra, relancez la commande."
)


@contextmanager
def exit_if_unreachable() -> Iterator[None]:
    """Turn database errors into a French sentence on stderr and exit status 1."""
    try:
        yield
    except DatabaseUnavailableError:
        problem = UNREACHABLE
    except WrongSchemaError as error:
        problem = str(error)
    else:
        return
    sys.stderr.write(f"{problem}\n")
    sys.exit(1)
