"""kill -9 of the worker at each stage of a mail: none lost, duplicates only after the 250."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from tests.faults.mails import write
from tests.support.mail.peers import ACCEPTED, ScriptedPeer
from tests.support.programs.processes import Machines, Program, until, volume
from tests.support.programs.settings import make_settings
from web.worker import HEARTBEAT, Worker

VICTIM = "victime@exemple.fr"
# The stage at which the worker is killed, and the copies that may then arrive.
MOST_COPIES = {"claim": 1, "connect": 1, "before_data": 1, "after_250": 2, "before_mark": 2}


@asynccontextmanager
async def row_locked(machines: Machines, mail_id: UUID) -> AsyncIterator[None]:
    """Lock this mail's row, so that nobody else can update it."""
    async with machines.connection() as connection, connection.transaction():
        await connection.execute("SELECT FROM mail WHERE id = $1 FOR UPDATE", mail_id)
        yield


class WorkerKiller:
    """Kills a worker at one stage of the victim's mail, after other mails."""

    def __init__(self, machines: Machines, peer: ScriptedPeer) -> None:
        self.machines, self.peer = machines, peer
        self.reached, self.dead = asyncio.Event(), asyncio.Event()

    async def stop_here(self) -> None:
        self.reached.set()
        await self.dead.wait()

    async def at(self, point: str, worker: Program) -> None:
        """Process the victim's mail up to the stage, then kill the worker."""
        await getattr(self, point)(worker)
        self.dead.set()
        self.peer.before_banner = type(self.peer).before_banner
        self.peer.on_recipient = type(self.peer).on_recipient
        self.peer.on_message = type(self.peer).on_message

    async def claim(self, worker: Program) -> None:
        [mail_id] = await write(self.machines, VICTIM, delayed=True)
        async with row_locked(self.machines, mail_id):
            await self.machines.sql("UPDATE pgqueuer SET execute_after = now()")
            await until(
                lambda: self.machines.sql("SELECT count(*) FROM pgqueuer WHERE status = 'picked'"),
                "the claim",
            )
            await worker.kill()

    async def connect(self, worker: Program) -> None:
        self.peer.hang_up()
        self.peer.before_banner = self.stop_here
        await self._kill_when_reached(worker)

    async def before_data(self, worker: Program) -> None:
        async def stop(_: str) -> str:
            await self.stop_here()
            return ACCEPTED

        self.peer.on_recipient = stop
        await self._kill_when_reached(worker)

    async def after_250(self, worker: Program) -> None:
        """The message is accepted; the worker is killed before it reads the answer."""

        async def die(_: str) -> str:
            worker.process.kill()
            self.reached.set()
            return ACCEPTED

        self.peer.on_message = die
        await write(self.machines, VICTIM)
        await until(self._is_reached, "the message")
        await worker.kill()

    async def before_mark(self, worker: Program) -> None:
        """The worker has read the 250; it is killed before it records it."""
        locked, answered = asyncio.Event(), asyncio.Event()

        async def hold(_: str) -> str:
            self.reached.set()
            await locked.wait()
            answered.set()
            return ACCEPTED

        self.peer.on_message = hold
        mails = await write(self.machines, VICTIM)
        await until(self._is_reached, "the message")
        async with row_locked(self.machines, mails[0]):
            locked.set()
            await answered.wait()
            await until(
                lambda: self.machines.sql(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
                ),
                "the note of the sending",
            )
            await worker.kill()

    async def _is_reached(self) -> bool:
        return self.reached.is_set()

    async def _kill_when_reached(self, worker: Program) -> None:
        await write(self.machines, VICTIM)
        await until(self._is_reached, "the point")
        await worker.kill()


async def test_a_worker_killed_at_any_point_loses_no_mail(
    machines: Machines, peer: ScriptedPeer
) -> None:
    rounds = list(MOST_COPIES) * volume(1, 200)
    worker = await machines.work()
    for number, point in enumerate(rounds):
        peer.delivered.clear()
        await write(machines, *(f"autre{number}-{other}@exemple.fr" for other in range(5)))
        await machines.mails_settled()
        await WorkerKiller(machines, peer).at(point, worker)
        await machines.delays_pass()
        worker = await machines.work()
        await machines.mails_settled()

        assert 1 <= len(peer.to(VICTIM)) <= MOST_COPIES[point], point
        assert len({one.message_id for one in peer.to(VICTIM)}) == 1
        assert len(peer.delivered) - len(peer.to(VICTIM)) == 5
    assert await machines.sql("SELECT count(*) FROM mail WHERE status = 'sent'") == 6 * len(rounds)


async def _die_with_a_mail(machines: Machines, peer: ScriptedPeer) -> None:
    worker = await machines.work()
    await WorkerKiller(machines, peer).at("before_data", worker)
    assert await machines.sql("SELECT status::text FROM pgqueuer") == "picked"


@asynccontextmanager
async def _rescuer(machines: Machines, heartbeat: timedelta) -> AsyncIterator[None]:
    settings = make_settings(
        database_url=machines.database_url, smtp_url=f"smtp://127.0.0.1:{machines.smtp_port}"
    )
    worker = Worker(settings, heartbeat=heartbeat)
    running = asyncio.create_task(worker.run())
    yield
    worker.stop()
    await running


async def test_the_mails_of_a_dead_worker_are_picked_up_when_its_heartbeats_are_missing(
    machines: Machines, peer: ScriptedPeer
) -> None:
    await _die_with_a_mail(machines, peer)
    async with _rescuer(machines, timedelta(seconds=1)):
        await machines.mails_settled(seconds=20)

    assert len(peer.to(VICTIM)) == 1
    assert timedelta(seconds=20) == HEARTBEAT


async def test_without_heartbeats_the_harness_detects_the_stuck_mail(
    machines: Machines, peer: ScriptedPeer
) -> None:
    await _die_with_a_mail(machines, peer)
    async with _rescuer(machines, timedelta(days=365)):
        with pytest.raises(AssertionError, match="all mails sent or held"):
            await machines.mails_settled(seconds=8)

    assert not peer.delivered
