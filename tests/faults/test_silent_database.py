"""The programs while their database keeps connections open but does not answer."""

from __future__ import annotations

import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from tests.support.db.relay import Relay
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import Machines, Program

STOP_SECONDS = 10


@pytest.fixture
async def far(machines: Machines, relay: Relay, peer: ScriptedPeer) -> AsyncIterator[Machines]:
    """Programs whose database is behind the relay."""
    some = Machines(relay.url, peer.port)
    some.administrator_url = machines.administrator_url
    yield some
    await some.clean_up()


@pytest.mark.parametrize("start", [Machines.serve, Machines.work])
async def test_a_program_stops_within_ten_seconds_although_its_database_is_silent(
    far: Machines, relay: Relay, start: Callable[[Machines], Awaitable[Program]]
) -> None:
    program = await start(far)
    relay.fall_silent()
    started = time.monotonic()
    program.send(signal.SIGTERM)

    assert await program.ended() == 0
    assert time.monotonic() - started < STOP_SECONDS
