"""Run the revisions on asyncpg, under an advisory lock, with timeouts."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations.phases import oldest_served
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.connections import open_connection
from web.core.db.schema import MARK, WrongSchemaError
from web.core.text import NBSP

# Timeouts: of a revision's statements, and of the wait for another machine that is migrating.
STATEMENT_SECONDS = 600
LOCK_SECONDS = 3600
LOCK_PAUSE_SECONDS = 0.5
# Longer than the hour that a revision may give to a statement, so that the server ends it first.
SILENCE_SECONDS = 3610
# A revision that waits for a table's lock keeps every later request on that table waiting: it gives
# up soon, and web/core/db/migrations.py tries again.
TABLE_LOCK = "1500ms"
BUSY = (
    f"Une autre machine met encore cette base à jour{NBSP}: rien n’a été changé ici. Relancez la "
    "commande quand elle aura terminé."
)


def mark(*, ctx: Any, heads: set[Any], **unused: Any) -> None:
    """Record the oldest program that the schema serves, in the revision's transaction."""
    if not heads:
        return
    scripts = context.script.iterate_revisions(tuple(map(str, heads)), "base")
    oldest = oldest_served(one.module for one in scripts)
    ctx.connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{MARK}{oldest}'"))


def wait_for_lock(connection: Connection) -> None:
    """Take the lock of migrations, by asking for it again and again.

    A statement that waited for it would keep its snapshot, and the machine that has the lock would
    wait for that snapshot in `CREATE INDEX CONCURRENTLY`: a deadlock. Raises WrongSchemaError.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    take = text(f"SELECT pg_try_advisory_lock({AdvisoryLock.MIGRATE:d})")
    while not connection.execute(take).scalar_one():
        connection.commit()
        if time.monotonic() > deadline:
            raise WrongSchemaError(BUSY)
        time.sleep(LOCK_PAUSE_SECONDS)


def run(connection: Connection) -> None:
    """Take the lock, then apply each revision in its own transaction."""
    wait_for_lock(connection)
    connection.execute(text(f"SET lock_timeout = '{TABLE_LOCK}'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_SECONDS}s'"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True, on_version_apply=mark)
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
        silence_seconds=SILENCE_SECONDS,
        server={"idle_in_transaction_session_timeout": "0"},
    )
    engine = create_async_engine("postgresql+asyncpg://", poolclass=NullPool, async_creator=connect)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(migrate(context.config.attributes["url"]))
