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
    """The database is not at a revision of use; the message is the sentence to show."""


OWNS = """
    SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('alembic_version')
"""
# The oldest PostgreSQL that has what the schema uses: uuidv7().
OLDEST_SERVER = 18
# The comment of alembic_version: this, then the oldest revision whose program the schema serves.
# Earlier versions of the program read it, so that it cannot change.
MARK = "oldest usable revision: "
STATE = """
    SELECT version_num AS revision, obj_description(tableoid, 'pg_class') AS comment
    FROM alembic_version
"""
NOT_THE_OWNER = WrongSchemaError(
    f"Le rôle de DATABASE_URL ne possède pas les tables{NBSP}: lancez `migrate` avec le rôle "
    "propriétaire de la base."
)


def newest_revision() -> str:
    """Return the revision that this program requires."""
    return _revisions()[-1]


@dataclass(frozen=True)
class SchemaState:
    """The revision of a database, and the oldest one whose program may still use it.

    `revision` is None when the database was never migrated; `oldest_served` when the programs that
    migrated it did not record it.
    """

    revision: str | None
    oldest_served: str | None = None

    @property
    def only_grew(self) -> bool:
        """Return whether it is newer than this program, which may use it nonetheless."""
        oldest = self.oldest_served
        return is_newer(self.revision) and oldest is not None and oldest <= newest_revision()


async def read_state(connection: Connection) -> SchemaState:
    """Return the state of the database's schema."""
    exists = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    row = await connection.fetchrow(STATE) if exists else None
    if row is None:
        return SchemaState(None)
    comment: str = row["comment"] or ""
    oldest = comment.removeprefix(MARK) if comment.startswith(MARK) else None
    return SchemaState(row["revision"], oldest)


@dataclass(frozen=True)
class SchemaProblem:
    """A reason why the database cannot be used; `brief` discloses no version, `sentence` does."""

    brief: str
    sentence: str


async def find_schema_problem(connection: Connection) -> SchemaProblem | None:
    """Return the problem when this program cannot use the database's schema, else None.

    It can when the schema is at its own revision, or has only grown since.
    """
    try:
        state = await read_state(connection)
    except asyncpg.InsufficientPrivilegeError:
        return WITHOUT_RIGHTS
    revision = state.revision
    if revision == newest_revision() or state.only_grew:
        return None
    if is_newer(revision):
        return SchemaProblem("base de données d’une version plus récente", newer_sentence(revision))
    found = "La base de données est vide"
    if revision is not None:
        found = f"La base est à la révision {revision}"
    return SchemaProblem(
        "migrations à appliquer", f"{found}{NBSP}: lancez `python -m web migrate`."
    )


async def require_schema(connection: Connection) -> None:
    """Raise WrongSchemaError when this program cannot use the database's schema."""
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

    A newer schema keeps the rights that its own program gave: ours might grant more.

    Raises DatabaseUnavailableError, and WrongSchemaError when the role does not exist or we do not
    own the tables.
    """
    with translate_db_errors():
        async with dedicated_connection(database_url, name=NAME) as connection:
            if not await connection.fetchval(OWNS):
                # GRANT would only emit a warning.
                raise NOT_THE_OWNER
            if is_newer((await read_state(connection)).revision):
                return
            quoted_role = await connection.fetchval("SELECT quote_ident($1)", role)
            try:
                # One multi-statement query is one implicit transaction.
                await connection.execute(statements(quoted_role))
            except asyncpg.UndefinedObjectError as error:
                raise WrongSchemaError(f"Le rôle {role} n’existe pas.") from error
            except asyncpg.InsufficientPrivilegeError as error:
                raise NOT_THE_OWNER from error


async def find_state(database_url: str) -> SchemaState:
    """Return the state of a database's schema.

    Raises DatabaseUnavailableError, and WrongSchemaError when the server is older than
    OLDEST_SERVER.
    """
    with translate_db_errors():
        async with dedicated_connection(database_url, name=NAME) as connection:
            version = connection.get_server_version()
            if version.major < OLDEST_SERVER:
                raise WrongSchemaError(
                    f"Il faut PostgreSQL {OLDEST_SERVER} ou une version plus récente{NBSP}: celui "
                    f"de DATABASE_URL est en version {version.major}."
                )
            return await read_state(connection)


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
