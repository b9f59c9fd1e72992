"""SIGTERM: requests in progress complete, then the program exits with status 0."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.faults.mails import write
from tests.support.mail.peers import ACCEPTED, ScriptedPeer
from tests.support.programs.processes import Machines, until
from tests.support.titulaires.journey import to_validation
from tests.support.titulaires.people import Person

STOP_WITHIN_SECONDS = 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_told_to_stop_answers_what_it_was_asked(
    machines: Machines, number: signal.Signals
) -> None:
    server = await machines.serve()
    client = machines.client()
    page = await to_validation(client, Person())
    async with machines.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM registration FOR UPDATE")
        in_flight = asyncio.create_task(client.submit(page, follow=False))
        await until(
            lambda: machines.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            ),
            "the request",
        )
        server.send(number)
        await asyncio.sleep(0.5)
        assert server.is_running
    answer = await in_flight

    assert answer.status == 303
    assert await server.ended(STOP_WITHIN_SECONDS) == 0, server.output
    assert await machines.sql("SELECT count(*) FROM mail") == 1
    with pytest.raises(httpx.TransportError):
        await client.get("/")
    assert "Traceback" not in server.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_worker_told_to_stop_finishes_the_mail_it_has_begun(
    machines: Machines, peer: ScriptedPeer, number: signal.Signals
) -> None:
    signalled, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: str) -> str:
        signalled.set()
        await go_on.wait()
        return ACCEPTED

    peer.on_message = wait
    worker = await machines.work()
    await write(machines, "personne@exemple.fr")
    await asyncio.wait_for(signalled.wait(), 20)
    worker.send(number)
    await asyncio.sleep(0.3)
    go_on.set()

    assert await worker.ended(STOP_WITHIN_SECONDS) == 0, worker.output
    assert await machines.sql("SELECT status FROM mail") == "sent"
    assert await machines.sql("SELECT count(*) FROM pgqueuer") == 0
    assert peer.count("QUIT") == 1
    assert "Traceback" not in worker.output


async def test_a_worker_told_to_stop_while_its_server_hangs_puts_the_mail_back_in_time(
    machines: Machines, peer: ScriptedPeer
) -> None:
    signalled = asyncio.Event()

    async def never(_: str) -> str:
        signalled.set()
        return str(await asyncio.Event().wait())

    peer.on_recipient = never
    worker = await machines.work()
    await write(machines, "personne@exemple.fr")
    await asyncio.wait_for(signalled.wait(), 20)
    asked = time.monotonic()
    worker.send(signal.SIGTERM)

    assert await worker.ended() == 0, worker.output
    assert time.monotonic() - asked < STOP_WITHIN_SECONDS
    assert await machines.sql("SELECT status FROM mail") == "retrying"
    assert await machines.sql("SELECT status::text FROM pgqueuer") == "queued"


async def test_an_idle_worker_and_an_idle_server_end_at_once(machines: Machines) -> None:
    programs = [await machines.serve(), await machines.work()]
    for program in programs:
        program.send(signal.SIGTERM)

    assert [await program.ended(5) for program in programs] == [0, 0]


async def test_a_signal_that_another_thread_is_given_stops_the_server_too(
    machines: Machines,
) -> None:
    """The system picks the thread; the main one is blocked and would not wake up."""
    server = await machines.serve()
    process = server.process.pid
    threads = [int(one.name) for one in Path(f"/proc/{process}/task").iterdir()]
    other = next(thread for thread in threads if thread != process)
    assert ctypes.CDLL(None).tgkill(process, other, signal.SIGTERM) == 0

    assert await server.ended(5) == 0, server.output


async def test_a_server_told_to_stop_while_it_starts_does_not_wait_for_the_time_limit(
    machines: Machines,
) -> None:
    server = machines.start("serve")

    async def has_begun() -> bool:
        assert server.is_running, server.output
        # Importing croniter runs another program for a moment.
        return len(server.family()) > 1 and server.catches(signal.SIGTERM)

    await until(has_begun, "the server's process")
    server.send(signal.SIGTERM)

    assert await server.ended(STOP_WITHIN_SECONDS - 2) == 0, server.output
    assert "Killing" not in server.output
