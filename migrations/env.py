"""Run the revisions on asyncpg, under an advisory lock, with timeouts."""

from __future__ import annotations

import asyncio
from functools import partial

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.connections import open_connection

# Timeouts: of a revision's statements, and of the wait for another machine that is migrating.
STATEMENT_SECONDS = 600
LOCK_SECONDS = 3600


def run(connection: Connection) -> None:
    """Take the lock, then apply each revision in its own transaction."""
    connection.execute(text(f"SET statement_timeout = '{LOCK_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_lock({AdvisoryLock.MIGRATE:d})"))
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_SECONDS}s'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({AdvisoryLock.MIGRATE:d})"))
    connection.commit()


async def migrate(url: str) -> None:
    """Connect to `url` like the application, and apply the revisions."""
    connect = partial(
        open_connection,
        url,
        name="compte-formation migrate",
        silence_seconds=LOCK_SECONDS,
        server={"idle_in_transaction_session_timeout": "0"},
    )
    engine = create_async_engine("postgresql+asyncpg://", poolclass=NullPool, async_creator=connect)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(migrate(context.config.attributes["url"]))
