"""Running of the commands that change someone's account."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable

from web.core.db import DatabaseUnavailableError
from web.core.migrations import WrongSchemaError, require_schema
from web.core.runtime import Runtime, build_runtime
from web.settings import Settings

UNREACHABLE = "La base de données ne répond pas (DATABASE_URL). Rien n’a été fait."


class NotDoneError(Exception):
    """Nothing was done; the message is a French sentence for the administrator."""


async def carry_out(settings: Settings, act: Callable[[Runtime], Awaitable[str]]) -> int:
    """Run `act` and print the sentence it returns; return the exit status.

    1, with the reason on stderr, when it raises NotDoneError, the database is unavailable or its
    schema is not this program's.
    """
    runtime = build_runtime(settings)
    try:
        await runtime.db.connect()
        async with runtime.db.connection() as connection:
            await require_schema(connection)
        sys.stdout.write(f"{await act(runtime)}\n")
        return 0
    except (NotDoneError, WrongSchemaError) as error:
        problem = str(error)
    except DatabaseUnavailableError:
        problem = UNREACHABLE
    finally:
        await runtime.db.disconnect()
        runtime.passwords.close()
    sys.stderr.write(f"{problem}\n")
    return 1
