"""Run the revisions on asyncpg, under an advisory lock, with bounded waits."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from web.core.turns import Turn


def run(connection: Connection) -> None:
    """Apply the revisions in one transaction each, after the lock is ours."""
    connection.execute(text(f"SELECT pg_advisory_lock({Turn.MIGRATE:d})"))
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(f"SELECT pg_advisory_unlock({Turn.MIGRATE:d})"))
    connection.commit()


async def migrate(url: str) -> None:
    """Connect and run."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(migrate(context.config.attributes["url"]))
