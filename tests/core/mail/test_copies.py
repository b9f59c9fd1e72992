"""Duplicate mails: the cases in which they may occur, and their common Message-ID."""

from __future__ import annotations

import asyncio

import asyncpg

from tests.support.http.client import Client
from tests.support.mail.peers import ACCEPTED
from tests.support.mail.post_office import CUT, PostOffice, as_administrator, cut_connections
from tests.support.titulaires.journey import LINK, to_waiting
from tests.support.titulaires.people import Person
from web.core.mail.outgoing import MAIL_JOB, enqueue_job
from web.core.mail.smtp import SmtpTimeouts

# A job held by a silent worker: another one picks it up.
LOOKS_DEAD = "UPDATE pgqueuer SET heartbeat = now() - interval '1 minute'"
QUICK = SmtpTimeouts(connect=0.5, command=0.5)


async def test_a_server_that_hangs_after_the_message_makes_one_copy_and_both_links_work(
    client: Client, office: PostOffice
) -> None:
    """The server accepted the message, but its answer never arrived."""
    office.peer.deaf_once = True
    person = Person()
    await to_waiting(client, person)
    await office.deliver(timeouts=QUICK)
    await office.later()
    await office.deliver(timeouts=QUICK)

    copies = office.peer.to(person.email)
    assert len(copies) == 2
    assert len({copy.message_id for copy in copies}) == 1
    links = {found[1] for copy in copies if (found := LINK.search(copy.part("plain")))}
    assert len(links) == 2
    for link in links:
        assert (await client.get(link)).status == 200
    first, second = links
    page = await client.submit(await client.get(first))
    assert "Votre compte a bien été activé." in page.text
    assert "déjà" in (await client.get(second)).text


async def test_a_database_away_after_the_250_is_waited_for_and_no_copy_is_sent(
    office: PostOffice,
) -> None:
    """The status of the mail cannot be written at first: read-only, as after a failover."""
    await _read_only_from_the_message_on(office)
    mail_id = await office.write("personne@exemple.fr")
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        while not office.peer.delivered:
            await asyncio.sleep(0.01)
    await asyncio.sleep(1)
    assert (await office.row(mail_id))["status"] == "queued"
    async with as_administrator(office) as owner:
        await _set_read_only(owner, "off")
        async with asyncio.timeout(20):
            while await owner.fetchval("SELECT status FROM mail") != "sent":
                await asyncio.sleep(0.05)
    worker.stop()
    await running
    await office.execute(LOOKS_DEAD)
    await office.deliver()

    assert len(office.peer.delivered) == 1


async def test_a_worker_cut_off_from_the_queue_still_finishes_what_it_had_begun(
    office: PostOffice,
) -> None:
    signalled, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: str) -> str:
        signalled.set()
        await go_on.wait()
        return ACCEPTED

    office.peer.on_message = wait
    mail_id = await office.write("personne@exemple.fr")
    worker = office.worker()
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        await signalled.wait()
        await cut_connections(office)
        await asyncio.sleep(0.2)
        go_on.set()
        async with as_administrator(office) as owner:
            while await owner.fetchval("SELECT status FROM mail") != "sent":
                await asyncio.sleep(0.02)
    worker.stop()
    await running
    await office.execute(LOOKS_DEAD)
    await office.deliver()

    assert (await office.row(mail_id))["attempts"] == 1
    assert len(office.peer.delivered) == 1


async def test_a_job_picked_up_twice_sends_its_mail_once(office: PostOffice) -> None:
    mail_id = await office.write("personne@exemple.fr")
    await office.deliver()
    async with office.runtime.db.transaction() as connection:
        await enqueue_job(connection, MAIL_JOB, mail_id)
    await office.deliver()

    assert len(office.peer.delivered) == 1
    assert not await office.fetch("SELECT FROM pgqueuer")


async def _read_only_from_the_message_on(office: PostOffice) -> None:
    async def turn(_: str) -> str:
        async with as_administrator(office) as owner:
            await _set_read_only(owner, "on")
        return ACCEPTED

    office.peer.on_message = turn


async def _set_read_only(owner: asyncpg.Connection, state: str) -> None:
    name = await owner.fetchval("SELECT current_database()")
    await owner.execute("SET default_transaction_read_only = off")
    await owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {state}")
    await owner.execute(CUT)
