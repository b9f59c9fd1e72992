"""Run the revisions on asyncpg, under an advisory lock, with bounded waits."""

from __future__ import annotations

import asyncio
from functools import partial

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from web.core.connections import open_connection
from web.core.turns import Turn

# A statement of a revision; the turn of another machine that migrates lasts as long as it does.
STATEMENT_SECONDS = 600
TURN_SECONDS = 3600


def run(connection: Connection) -> None:
    """Apply the revisions in one transaction each, after the lock is ours."""
    connection.execute(text(f"SET statement_timeout = '{TURN_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_lock({Turn.MIGRATE:d})"))
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_SECONDS}s'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({Turn.MIGRATE:d})"))
    connection.commit()


async def migrate(url: str) -> None:
    """Connect as every program does, whatever the URL says, and run."""
    connect = partial(
        open_connection,
        url,
        name="compte-formation migrate",
        silence_seconds=TURN_SECONDS,
        server={"idle_in_transaction_session_timeout": "0"},
    )
    engine = create_async_engine("postgresql+asyncpg://", poolclass=NullPool, async_creator=connect)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(migrate(context.config.attributes["url"]))
