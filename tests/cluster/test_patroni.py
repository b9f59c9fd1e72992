"""Patroni replaces the primary by itself, or on request, while people are at work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.outcome import assert_nothing_is_lost, report
from tests.cluster.patroni import LOOP_SECONDS, TTL_SECONDS, Patronis
from tests.cluster.sites import people_at_work
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import until

ROUNDS = range(5)
# A machine that is gone keeps its lease for its lifetime; the other one looks at each turn.
DECIDED_SECONDS = TTL_SECONDS + 2 * LOOP_SECONDS
BACK_SECONDS = 10
STEADY_SECONDS = 5


@pytest.fixture
async def patronis(postgres: Any, folder: Path) -> AsyncIterator[Patronis]:
    """Two servers under Patroni, the second synchronous."""
    some = Patronis(postgres, folder)
    try:
        await some.start()
        yield some
    finally:
        some.stop()


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_lost_machine_is_replaced_without_anyone(
    patronis: Patronis, peer: ScriptedPeer, _round: int
) -> None:
    first, second = patronis.nodes
    async with people_at_work(patronis.url, first.url("compte"), peer) as traffic:
        first.lose()
        lost = time.monotonic()
        await until(second.is_leader, "the new leader", DECIDED_SECONDS)
        promoted = time.monotonic()
        back = (await traffic.answered(promoted)).ended - promoted
        await traffic.stop()
        await assert_nothing_is_lost(second, traffic)
        report("machine lost, Patroni decides", traffic, lost, promoted)
    assert back < BACK_SECONDS


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_planned_switchover_fails_no_request_that_a_repeat_does_not_mend(
    patronis: Patronis, peer: ScriptedPeer, _round: int
) -> None:
    first, second = patronis.nodes
    async with people_at_work(patronis.url, first.url("compte"), peer) as traffic:
        began = time.monotonic()
        await asyncio.to_thread(first.switch_over, second)
        await until(second.is_leader, "the new leader", DECIDED_SECONDS)
        switched = time.monotonic()
        await traffic.answered(switched)
        await traffic.last(STEADY_SECONDS)
        await traffic.stop()
        await assert_nothing_is_lost(second, traffic)
        report("planned switchover", traffic, began, switched)
