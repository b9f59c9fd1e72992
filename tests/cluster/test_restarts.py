"""PostgreSQL is restarted under people at work, in both of the modes of an operator."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.cluster.outcome import assert_nothing_is_lost, report
from tests.cluster.sites import people_at_work
from tests.support.db.cluster import Cluster
from tests.support.db.roles import APPLICATION, as_role
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import volume

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_costs_moments_and_nothing_acknowledged(
    server: Cluster, peer: ScriptedPeer, mode: str
) -> None:
    site = as_role(server.url("compte"), APPLICATION)
    async with people_at_work(site, server.url("compte"), peer) as traffic:
        began = time.monotonic()
        for _ in range(volume(1, 50)):
            await asyncio.to_thread(server.stop, mode)
            await asyncio.to_thread(server.start)
            await traffic.answered(time.monotonic())
        ended = time.monotonic()
        await traffic.answered(ended)
        await traffic.stop()
        await assert_nothing_is_lost(server, traffic)
        report(f"restarts, {mode}", traffic, began, ended)
