"""Apply the revisions, with Alembic."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from web.core.db.connections import UNAVAILABLE, find_cause
from web.core.db.database import DatabaseUnavailableError
from web.core.db.schema import (
    FOLDER,
    NOT_THE_OWNER,
    SchemaState,
    WrongSchemaError,
    find_state,
    is_newer,
    newer_sentence,
)
from web.core.text import NBSP

# How long a revision is tried again while the tables that it changes are in use, and how often:
# between two attempts, what waited behind it goes on.
PATIENCE_SECONDS = 300.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 10.0
TRYING_AGAIN = (
    f"Des tables sont utilisées par une autre transaction{NBSP}: nouvel essai dans un instant."
)
NOT_APPLIED = "la révision en cours n’a pas été appliquée, les précédentes l’ont été."
TABLES_IN_USE = (
    f"Des tables restent utilisées par une autre transaction{NBSP}: {NOT_APPLIED} Terminez cette "
    "transaction (vue pg_stat_activity), ou relancez la commande plus tard."
)
TOO_LONG = f"Une instruction a dépassé la durée permise{NBSP}: {NOT_APPLIED}"


class TablesInUseError(WrongSchemaError):
    """A revision could not lock the tables that it changes."""


def upgrade(
    database_url: str,
    revision: str = "head",
    *,
    report: Callable[[str], None] | None = None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> SchemaState:
    """Upgrade the schema to `revision` at least. Runs its own event loop: never call it from one.

    Returns the database's state after that. A newer schema that this program may use stays as it
    is. A revision that waits for tables in use is tried again for `patience_seconds`; `report` gets
    a sentence for the administrator meanwhile.

    Raises DatabaseUnavailableError, and WrongSchemaError when the server is too old, the database
    newer than this program, or the revision unknown, when the role may not change the schema, or
    the tables stay in use.
    """
    state = asyncio.run(find_state(database_url))
    if state.only_grew:
        return state
    if is_newer(state.revision):
        raise WrongSchemaError(newer_sentence(state.revision))
    deadline = time.monotonic() + patience_seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            with _translated(revision):
                command.upgrade(_config(database_url), revision)
            return asyncio.run(find_state(database_url))
        except TablesInUseError:
            if time.monotonic() + pause > deadline:
                raise
        if report:
            report(TRYING_AGAIN)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def downgrade(database_url: str, revision: str) -> None:
    """Downgrade to `revision` (`base` for the empty schema)."""
    command.downgrade(_config(database_url), revision)


@contextmanager
def _translated(revision: str) -> Iterator[None]:
    """Translate the exceptions of Alembic and SQLAlchemy into ours."""
    try:
        yield
    except CommandError as error:
        raise WrongSchemaError(f"La révision {revision} n’existe pas.") from error
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(find_cause(error)) from error
    except DBAPIError as error:
        # The driver's exception, wrapped twice by SQLAlchemy.
        cause = error.orig and error.orig.__cause__
        if isinstance(cause, asyncpg.InsufficientPrivilegeError):
            raise NOT_THE_OWNER from error
        # A deadlock: an index is built, and an earlier version's `migrate` waits for its turn.
        if isinstance(cause, asyncpg.LockNotAvailableError | asyncpg.DeadlockDetectedError):
            raise TablesInUseError(TABLES_IN_USE) from error
        if isinstance(cause, asyncpg.QueryCanceledError):
            raise WrongSchemaError(TOO_LONG) from error
        if isinstance(cause, UNAVAILABLE):
            raise DatabaseUnavailableError(find_cause(cause)) from error
        raise


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = database_url
    return config
