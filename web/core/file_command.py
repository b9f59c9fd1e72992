"""Commands that apply a file to the database: error messages and exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from web.core.bulk import EmptyFileError, RefusedFileError, UnderWayError
from web.core.db import DatabaseUnavailableError
from web.core.migrations import WrongSchemaError
from web.core.progress import Telling, counted

UNREACHABLE = "La base de données ne répond pas (DATABASE_URL). Rien n’a été appliqué."

T = TypeVar("T")


async def run_on_file(
    database_url: str,
    path: Path,
    apply: Callable[[BinaryIO, Telling], Awaitable[T]],
    summary: Callable[[T, float], str],
    *,
    steps: int,
    under_way: str,
    empty: str,
) -> int:
    """Apply the file while reporting progress; return the exit status.

    `summary` formats the final message from the outcome and the seconds elapsed. `steps`: how many
    `apply` reports. `under_way`: the message when another command is running; `empty`: when
    the file has no data.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            with Telling(size, steps) as telling:
                outcome = await apply(file, telling)
        sys.stdout.write(summary(outcome, telling.seconds))
        return 0
    except RefusedFileError as error:
        refused = counted(error.count, "ligne refusée", "lignes refusées")
        problem = f"{refused}. Rien n’a été appliqué."
    except EmptyFileError:
        problem = empty
    except UnderWayError:
        problem = under_way
    except WrongSchemaError as error:
        problem = str(error)
    except DatabaseUnavailableError:
        problem = UNREACHABLE
    sys.stderr.write(f"{problem}\n")
    return 1
