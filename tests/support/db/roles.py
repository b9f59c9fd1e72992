"""The two database roles of docs/operations.md, in the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.support.db.pooler import direct

OWNER = "compte_owner"
APPLICATION = "compte_application"
# The server's administrator.
ADMINISTRATOR = "postgres"


def as_role(database_url: str, role: str) -> str:
    """The same database under another role, past a pooler; the server requires no password."""
    scheme, _, rest = (direct(database_url) or database_url).partition("://")
    return f"{scheme}://{role}@{rest.partition('@')[2]}"


@asynccontextmanager
async def connected_as(role: str, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A separate connection to the same database under another role."""
    connection = await asyncpg.connect(as_role(database_url, role))
    try:
        yield connection
    finally:
        await connection.close()
