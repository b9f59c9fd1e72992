"""Apply the revisions, and tell whether they are all there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from web.core.db import UNAVAILABLE, Connection, DatabaseUnavailableError

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the schema to `revision`. Runs its own event loop: never call it from one.

    Raises DatabaseUnavailableError.
    """
    try:
        command.upgrade(_config(database_url), revision)
    except UNAVAILABLE as error:
        raise DatabaseUnavailableError(type(error).__name__) from error
    except DBAPIError as error:
        # What the driver raised, in the wrappings of SQLAlchemy.
        cause = error.orig and error.orig.__cause__
        if not isinstance(cause, UNAVAILABLE):
            raise
        raise DatabaseUnavailableError(type(cause).__name__) from error


def downgrade(database_url: str, revision: str) -> None:
    """Take revisions back down to `revision` (`base` for all of them)."""
    command.downgrade(_config(database_url), revision)


def newest_revision() -> str | None:
    """The revision this program needs."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


async def current_revision(connection: Connection) -> str | None:
    """The revision the database is at; None when it was never migrated."""
    exists = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    if not exists:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    _, _, rest = database_url.partition("://")
    config.attributes["url"] = f"postgresql+asyncpg://{rest}"
    return config
