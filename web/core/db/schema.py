"""The revision of a database's schema, against that of this program, and the rights on it.

Alembic, which `migrations` needs, is not: the processes that serve load it for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg

from web.core.db.connection import Connection
from web.core.db.connections import dedicated_connection
from web.core.db.database import translate_db_errors
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


def newest_revision() -> str:
    """Return the revision that this program requires."""
    return _revisions()[-1]


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
    if is_newer(revision):
        return SchemaProblem("base de données d’une version plus récente", newer_sentence(revision))
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


async def find_revision(database_url: str) -> str | None:
    """Return the revision of a database; None when it was never migrated."""
    with translate_db_errors():
        async with dedicated_connection(database_url, name=NAME) as connection:
            return await current_revision(connection)


def is_newer(revision: str | None) -> bool:
    """Return whether the revision is unknown, hence newer: we have all the earlier ones."""
    return revision is not None and revision not in _revisions()


def newer_sentence(revision: str | None) -> str:
    """Return the sentence about a database newer than this program."""
    return (
        f"Cette base de données appartient à une version plus récente du programme (révision "
        f"{revision}){NBSP}: mettez le programme à jour."
    )


@cache
def _revisions() -> tuple[str, ...]:
    """Return the revisions in their order: each file is named by its own."""
    files = (FOLDER / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0] for file in files))
