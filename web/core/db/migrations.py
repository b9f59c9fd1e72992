"""Apply the revisions, with Alembic."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from web.core.db.connections import UNAVAILABLE
from web.core.db.database import DatabaseUnavailableError
from web.core.db.schema import (
    FOLDER,
    NOT_THE_OWNER,
    WrongSchemaError,
    find_revision,
    is_newer,
    newer_sentence,
)


def upgrade(database_url: str, revision: str = "head") -> str | None:
    """Upgrade the schema to `revision` at least. Runs its own event loop: never call it from one.

    Returns the database's revision after that.

    Raises DatabaseUnavailableError, and WrongSchemaError when the database is newer than this
    program, the revision is unknown, or the role may not change the schema.
    """
    asyncio.run(_refuse_newer(database_url))
    with _translated(revision):
        command.upgrade(_config(database_url), revision)
    return asyncio.run(find_revision(database_url))


def downgrade(database_url: str, revision: str) -> None:
    """Downgrade to `revision` (`base` for the empty schema)."""
    command.downgrade(_config(database_url), revision)


async def _refuse_newer(database_url: str) -> None:
    revision = await find_revision(database_url)
    if is_newer(revision):
        raise WrongSchemaError(newer_sentence(revision))


@contextmanager
def _translated(revision: str) -> Iterator[None]:
    """Translate the exceptions of Alembic and SQLAlchemy into ours."""
    try:
        yield
    except CommandError as error:
        raise WrongSchemaError(f"La révision {revision} n’existe pas.") from error
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(type(error).__name__) from error
    except DBAPIError as error:
        # The driver's exception, wrapped twice by SQLAlchemy.
        cause = error.orig and error.orig.__cause__
        if isinstance(cause, asyncpg.InsufficientPrivilegeError):
            raise NOT_THE_OWNER from error
        if isinstance(cause, UNAVAILABLE):
            raise DatabaseUnavailableError(type(cause).__name__) from error
        raise


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = database_url
    return config
