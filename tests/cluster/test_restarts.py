"""PostgreSQL is restarted under people at work, in both of the modes of an operator."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from tests.cluster.outcome import Counts, assert_nothing_is_lost, report_times
from tests.cluster.sites import people_at_work
from tests.support.db.cluster import Cluster
from tests.support.db.roles import APPLICATION, as_role
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import until, volume

pytestmark = pytest.mark.faults
ROUNDS = volume(1, 50)
HEALTHY_SECONDS = 5
# So that each restart meets people and mails elsewhere.
LONGEST_CALM_SECONDS = 1


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_costs_moments_and_nothing_acknowledged(
    server: Cluster, peer: ScriptedPeer, mode: str
) -> None:
    site = as_role(server.url("compte"), APPLICATION)
    chance = random.Random(mode)
    pages, mails = [], []
    async with people_at_work(site, server.url("compte"), peer) as traffic:
        for _ in range(ROUNDS):
            await asyncio.sleep(chance.uniform(0, LONGEST_CALM_SECONDS))
            await asyncio.to_thread(server.stop, mode)
            await asyncio.to_thread(server.start)
            started = time.monotonic()

            async def mail_arrived(since: float = started) -> bool:
                return peer.delivered[-1].at > since

            visit = await traffic.answered(started)
            pages.append(visit.ended - started)
            await until(mail_arrived, "a mail after the restart")
            mails.append(peer.delivered[-1].at - started)
        await traffic.stop()
        await assert_nothing_is_lost(server, traffic)
        assert max(pages) < HEALTHY_SECONDS
        report_times(f"{mode} restarts: until a page", pages)
        report_times(f"{mode} restarts: until a mail; {Counts.of(traffic)}", mails)
