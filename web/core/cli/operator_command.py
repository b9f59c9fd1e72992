"""The running of operators' commands: their sentences on stderr and their exit status."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from web.core.db.database import DatabaseUnavailableError
from web.core.db.schema import WrongSchemaError, require_schema
from web.core.runtime import Runtime, build_runtime
from web.core.text import NBSP
from web.settings import Settings

NO_ANSWER = "La base de données ne répond pas (DATABASE_URL)"
RETRY = "Quand elle répondra, relancez la commande."


class NotDoneError(Exception):
    """Nothing was done; the message is a French sentence for the administrator."""


@contextmanager
def database_checked(consequence: str = RETRY) -> Iterator[None]:
    """Raise NotDoneError when the database is unavailable or its schema is not this program's.

    `consequence` is the sentence that follows, for an unavailable database.
    """
    try:
        yield
    except DatabaseUnavailableError as error:
        raise NotDoneError(f"{NO_ANSWER}{NBSP}: {error}. {consequence}") from None
    except WrongSchemaError as error:
        raise NotDoneError(str(error)) from None


@contextmanager
def exit_if_unreachable() -> Iterator[None]:
    """Turn database errors into a French sentence on stderr and exit status 1."""
    try:
        with database_checked():
            yield
    except NotDoneError as error:
        sys.exit(fail(error))


async def carry_out(settings: Settings, act: Callable[[Runtime], Awaitable[str]]) -> int:
    """Run `act` and print the sentence it returns; return the exit status.

    1, with the reason on stderr, when it raises NotDoneError, the database is unavailable or its
    schema is not this program's.
    """
    runtime = build_runtime(settings)
    try:
        with database_checked("Rien n’a été fait."):
            await runtime.db.connect()
            async with runtime.db.connection() as connection:
                await require_schema(connection)
            sys.stdout.write(f"{await act(runtime)}\n")
        return 0
    except NotDoneError as error:
        return fail(error)
    finally:
        await runtime.db.disconnect()
        runtime.passwords.close()


def fail(problem: object) -> int:
    """Print a sentence on stderr; return the exit status of a failure."""
    sys.stderr.write(f"{problem}\n")
    return 1
