"""Apply the revisions, and check that the schema is current."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from web.core.db.connection import Connection
from web.core.db.connections import UNAVAILABLE, dedicated_connection
from web.core.db.database import DatabaseUnavailableError, translate_db_errors
from web.core.text import NBSP

NAME = "compte-formation migrate"
FOLDER = Path(__file__).resolve().parents[3] / "migrations"


class WrongSchemaError(Exception):
    """The database is not at this program's revision; the message is the sentence to show."""


OWNS = """
    SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')
"""
NOT_THE_OWNER = WrongSchemaError(
    f"Le rôle de DATABASE_URL ne possède pas les tables{NBSP}: lancez `migrate` avec le rôle "
    "propriétaire de la base."
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
    return asyncio.run(_find_revision(database_url))


def downgrade(database_url: str, revision: str) -> None:
    """Downgrade to `revision` (`base` for the empty schema)."""
    command.downgrade(_config(database_url), revision)


@cache
def newest_revision() -> str | None:
    """Return the revision that this program requires."""
    return _scripts().get_current_head()


async def current_revision(connection: Connection) -> str | None:
    """Return the database's revision; None when it was never migrated."""
    exists = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    if not exists:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision


@dataclass(frozen=True)
class SchemaProblem:
    """A reason why the database cannot be used; `brief` discloses no version, `sentence` does."""

    brief: str
    sentence: str


async def find_schema_problem(connection: Connection) -> SchemaProblem | None:
    """Return the problem when the database is not at this program's revision, else None."""
    try:
        revision = await current_revision(connection)
    except asyncpg.InsufficientPrivilegeError:
        return WITHOUT_RIGHTS
    if revision == newest_revision():
        return None
    if _is_newer(revision):
        return SchemaProblem("base de données d’une version plus récente", _newer(revision))
    state = "La base de données est vide"
    if revision is not None:
        state = f"La base est à la révision {revision}"
    return SchemaProblem(
        "migrations à appliquer", f"{state}{NBSP}: lancez `python -m web migrate`."
    )


async def require_schema(connection: Connection) -> None:
    """Raise WrongSchemaError when the database is not at this program's revision."""
    problem = await find_schema_problem(connection)
    if problem:
        raise WrongSchemaError(problem.sentence)


WITHOUT_RIGHTS = SchemaProblem(
    "rôle sans ses droits",
    f"Le rôle de DATABASE_URL n’a pas ses droits{NBSP}: le propriétaire de la base les donne avec "
    "`python -m web migrate --grant-to`.",
)


async def give_rights(database_url: str, role: str, statements: Callable[[str], str]) -> None:
    """Run the statements that `statements` returns for the role's quoted name, all or nothing.

    Raises DatabaseUnavailableError, and WrongSchemaError when the role does not exist or we do not
    own the tables.
    """
    with translate_db_errors():
        async with dedicated_connection(database_url, name=NAME) as connection:
            if not await connection.fetchval(OWNS):
                # GRANT would only emit a warning.
                raise NOT_THE_OWNER
            quoted_role = await connection.fetchval("SELECT quote_ident($1)", role)
            try:
                # One multi-statement query is one implicit transaction.
                await connection.execute(statements(quoted_role))
            except asyncpg.UndefinedObjectError as error:
                raise WrongSchemaError(f"Le rôle {role} n’existe pas.") from error
            except asyncpg.InsufficientPrivilegeError as error:
                raise NOT_THE_OWNER from error


async def _find_revision(database_url: str) -> str | None:
    with translate_db_errors():
        async with dedicated_connection(database_url, name=NAME) as connection:
            return await current_revision(connection)


async def _refuse_newer(database_url: str) -> None:
    revision = await _find_revision(database_url)
    if _is_newer(revision):
        raise WrongSchemaError(_newer(revision))


def _is_newer(revision: str | None) -> bool:
    """Return whether the revision is unknown, hence newer: we have all the earlier ones."""
    return revision is not None and revision not in _known_revisions()


def _newer(revision: str | None) -> str:
    return (
        f"Cette base de données appartient à une version plus récente du programme (révision "
        f"{revision}){NBSP}: mettez le programme à jour."
    )


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


@cache
def _known_revisions() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = database_url
    return config
