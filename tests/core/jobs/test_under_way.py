"""Jobs that are under way stay with their worker; those that it has lost are carried out again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.support.db.relay import Relay
from tests.support.db.rows import until_someone_waits
from tests.support.mail.peers import ACCEPTED
from tests.support.mail.post_office import CUT, PostOffice, as_administrator, cut_connections
from tests.support.programs.processes import until
from tests.support.programs.settings import make_settings
from web.worker import POLL, Worker

# The pick-up is prepared by then, and the next one waits for the lock as it is executed. PgQueuer
# asks when the next job is due once it has found none.
HAS_LOOKED_FOR_JOBS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'compte-formation worker'
          AND state = 'idle' AND query LIKE 'SELECT execute_after - NOW()%'
    )
"""
IS_PICKED = "SELECT status = 'picked' FROM pgqueuer"
IS_SENT = "SELECT status = 'sent' FROM mail"


@pytest.mark.parametrize("is_cut_off", [False, True])
async def test_a_live_worker_keeps_a_long_job_by_its_heartbeats(
    office: PostOffice, is_cut_off: bool
) -> None:
    """The job takes longer than the time after which a dead worker's jobs are picked up.

    All database connections may be cut meanwhile: the one used by the queue's heartbeats does not
    come back before the job is done.
    """
    asked = []

    async def slow(address: str) -> str:
        asked.append(address)
        if is_cut_off:
            await cut_connections(office)
        # The other worker looks for jobs meanwhile.
        await asyncio.sleep(POLL.total_seconds() + 2)
        return ACCEPTED

    office.peer.on_message = slow
    await office.write("personne@exemple.fr")
    workers = [office.worker(heartbeat=timedelta(seconds=1)) for _ in range(2)]
    running = [asyncio.create_task(worker.run()) for worker in workers]
    async with asyncio.timeout(30):
        while not office.peer.delivered:
            await asyncio.sleep(0.05)
    for worker in workers:
        worker.stop()
    await asyncio.gather(*running)

    assert len(asked) == 1


async def test_a_mail_begun_as_the_database_fails_is_sent_without_the_wait_for_a_heartbeat(
    office: PostOffice,
) -> None:
    mail_id = await office.write("personne@exemple.fr")
    worker = office.worker(heartbeat=timedelta(hours=1))
    async with as_administrator(office) as owner:
        async with owner.transaction():
            await owner.execute("SELECT FROM mail WHERE id = $1 FOR UPDATE", mail_id)
            running = asyncio.create_task(worker.run())
            await until_someone_waits(office.runtime)
            await owner.execute(CUT)
        await until(lambda: owner.fetchval(IS_SENT), "the mail is sent", 10)
    worker.stop()
    await running

    assert len(office.peer.delivered) == 1


async def test_a_job_whose_pick_up_was_not_answered_is_carried_out_once_the_worker_is_back(
    office: PostOffice, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pick-up is committed after the connection was lost, as a switchover can end it."""
    monkeypatch.setattr("web.worker.POLL", timedelta(seconds=0.1))
    await office.write("personne@exemple.fr")
    await office.execute("UPDATE pgqueuer SET execute_after = now() + interval '1 day'")
    smtp_url = office.settings.smtp_url.get_secret_value()
    settings = make_settings(database_url=relay.url, smtp_url=smtp_url)
    worker = Worker(settings, heartbeat=timedelta(hours=1))
    running = asyncio.create_task(worker.run())
    async with as_administrator(office) as owner:
        await until(lambda: owner.fetchval(HAS_LOOKED_FOR_JOBS), "a look for jobs", 10)
        async with owner.transaction():
            await owner.execute("LOCK TABLE pgqueuer IN SHARE MODE")
            await until_someone_waits(office.runtime)
            await relay.close()
            await owner.execute("UPDATE pgqueuer SET execute_after = now()")
        await until(lambda: owner.fetchval(IS_PICKED), "the job is picked up", 10)
        await relay.open()
        await until(lambda: owner.fetchval(IS_SENT), "the mail is sent", 10)
    worker.stop()
    await running

    assert len(office.peer.delivered) == 1
