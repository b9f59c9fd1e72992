"""Commands that apply a file to the database: error messages and exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from web.core.cli.operator_command import NotDoneError, database_checked, fail
from web.core.cli.progress import FileProgress, counted
from web.core.db.bulk import AlreadyRunningError, EmptyFileError, RefusedFileError

NOTHING_APPLIED = "Rien n’a été appliqué."

T = TypeVar("T")


async def run_on_file(
    database_url: str,
    path: Path,
    apply: Callable[[BinaryIO, FileProgress], Awaitable[T]],
    summary: Callable[[T, float], str],
    *,
    steps: int,
    already_running: str,
    empty: str,
) -> int:
    """Apply the file while reporting progress; return the exit status.

    `summary` formats the final message from the outcome and the seconds elapsed. `steps`: how many
    `apply` reports. `already_running`: the message when another command is running; `empty`: when
    the file has no data.
    """
    try:
        with path.open("rb") as file, database_checked(NOTHING_APPLIED):
            size = os.fstat(file.fileno()).st_size
            with FileProgress(size, steps) as progress:
                outcome = await apply(file, progress)
        sys.stdout.write(summary(outcome, progress.seconds))
        return 0
    except RefusedFileError as error:
        refused = counted(error.count, "ligne refusée", "lignes refusées")
        return fail(f"{refused}. {NOTHING_APPLIED}")
    except EmptyFileError:
        return fail(empty)
    except AlreadyRunningError:
        return fail(already_running)
    except NotDoneError as error:
        return fail(error)
