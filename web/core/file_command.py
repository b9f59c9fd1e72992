"""Commands that apply a file to the database: how they fail, and with which status they end."""

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
    told: Callable[[T, float], str],
    *,
    steps: int,
    under_way: str,
    empty: str,
) -> int:
    """Apply the file, telling how far it is; returns the exit status.

    `told` makes of the outcome and of the seconds it took what is said at the end. `steps`: how
    many `apply` tells of. `under_way`: what is said when another command has the turn;
    `empty`: when the file has nothing to apply.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            with Telling(size, steps) as telling:
                outcome = await apply(file, telling)
        sys.stdout.write(told(outcome, telling.seconds))
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
