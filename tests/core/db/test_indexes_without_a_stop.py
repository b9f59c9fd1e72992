"""The indexes of large tables, built by revision 0041 while the tables are written."""

from __future__ import annotations

import asyncio

import asyncpg

from tests.support.db.roles import OWNER, as_role
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.processes import Program, until
from tests.support.programs.settings import DEFAULTS
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from web.core.db import migrations
from web.core.db.advisory_locks import AdvisoryLock
from web.core.db.migrations import TRYING_AGAIN
from web.core.db.schema import newest_revision

WRITTEN = "LOCK TABLE registration IN ROW EXCLUSIVE MODE"
MIGRATING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'compte-formation migrate'
"""
BUILDS = f"{MIGRATING} AND query LIKE 'CREATE INDEX CONCURRENTLY%registration_to_remind%'"
WAITS_ITS_TURN = f"{MIGRATING} AND state = 'idle' AND query LIKE 'COMMIT%'"
WAITS_FOR_THE_LOCK = """
    SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted
"""
VALID = """
    SELECT bool_and(indisvalid) AND count(*) = 4 FROM pg_index
    WHERE indexrelid::regclass::text
        IN ('movement_credit', 'movement_age', 'delegation_end', 'registration_to_remind')
"""
VALIDATED = "SELECT convalidated FROM pg_constraint WHERE conname = 'dossier_situation_check'"
REVISION = "SELECT version_num FROM alembic_version"


async def test_they_are_built_while_the_table_is_written_and_a_second_machine_waits(
    owner_url: str,
) -> None:
    """The program that holds the lock waits for old snapshots: the one that waits has none."""
    await asyncio.to_thread(migrations.downgrade, owner_url, "0040")
    settings = {**DEFAULTS, "database_url": owner_url}
    writer, watcher = await asyncpg.connect(owner_url), await asyncpg.connect(owner_url)
    machines: list[Program] = []
    try:
        async with writer.transaction():
            await writer.execute(WRITTEN)
            machines = [Program("migrate", **settings) for _ in range(2)]
            await until(lambda: watcher.fetchval(BUILDS), "an index is being built")
            await until(lambda: watcher.fetchval(WAITS_ITS_TURN), "a second machine waits")
            # The table's other writers do not queue behind the build.
            async with watcher.transaction():
                await watcher.execute("SET LOCAL lock_timeout = '1s'")
                await watcher.execute(WRITTEN)
            # Longer than a revision waits for a table's lock.
            await asyncio.sleep(2)
        for machine in machines:
            assert (await machine.ended(), TRYING_AGAIN in machine.output) == (0, False)
        assert await watcher.fetchval(VALID)
        assert await watcher.fetchval(VALIDATED)
        assert await watcher.fetchval(REVISION) == newest_revision()
    finally:
        for machine in machines:
            machine.clean_up()
        await writer.close()
        await watcher.close()


async def test_a_build_ended_by_a_deadlock_is_tried_again(timely_url: str) -> None:
    """The `migrate` of 0.2.0 keeps a snapshot while it waits for its turn."""
    owner_url = as_role(timely_url, OWNER)
    await asyncio.to_thread(migrations.downgrade, owner_url, "0040")
    reported: list[str] = []
    writer, earlier = await asyncpg.connect(owner_url), await asyncpg.connect(timely_url)
    # The build finds the deadlock first.
    await earlier.execute("SET deadlock_timeout = '60s'")
    try:
        async with writer.transaction():
            await writer.execute(WRITTEN)
            migrating = asyncio.create_task(
                asyncio.to_thread(migrations.upgrade, owner_url, report=reported.append)
            )
            await until(lambda: earlier.fetchval(BUILDS), "an index is being built")
            turn = f"SELECT pg_advisory_lock({AdvisoryLock.MIGRATE:d})"
            waiting = asyncio.create_task(earlier.execute(turn))
            await until(lambda: writer.fetchval(WAITS_FOR_THE_LOCK), "the earlier version waits")
        await waiting
        assert not await earlier.fetchval(VALID)
        await earlier.close()
        await migrating
        assert reported == [TRYING_AGAIN]
        assert await writer.fetchval(VALID)
    finally:
        await writer.close()
        await earlier.close()


async def test_an_index_that_was_left_incomplete_is_built_again(
    owner_url: str, administrator_url: str
) -> None:
    await asyncio.to_thread(migrations.downgrade, owner_url, "0040")
    owner = await asyncpg.connect(owner_url)
    administrator = await asyncpg.connect(administrator_url)
    try:
        await owner.execute("CREATE INDEX movement_age ON movement USING brin (created_at)")
        await administrator.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'movement_age'::regclass"
        )
        await asyncio.to_thread(migrations.upgrade, owner_url)
        assert await owner.fetchval(VALID)
    finally:
        await owner.close()
        await administrator.close()


async def test_sessions_that_are_open_have_no_recent_password(
    client: Client, outbox: Outbox, owner_url: str
) -> None:
    await register_and_log_in(client, Person(), outbox)
    await asyncio.to_thread(migrations.downgrade, owner_url, "0037")
    await asyncio.to_thread(migrations.upgrade, owner_url)
    owner = await asyncpg.connect(owner_url)
    try:
        ages = await owner.fetch("SELECT DISTINCT password_at = '-infinity' FROM session")
        assert [tuple(row) for row in ages] == [(True,)]
    finally:
        await owner.close()
