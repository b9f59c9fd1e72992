"""The primary database server is lost while people are at work, and the standby promoted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.cluster.outcome import assert_nothing_is_lost, report
from tests.cluster.traffic import Traffic
from tests.support.db.pair import Pair
from tests.support.programs.processes import volume

# The time that an operator, or Patroni, takes to find out.
NOTICED_SECONDS = 2
# Seconds from a promotion to an answer, and of the longest answer; `make test` shares its machine.
BACK, LONGEST = volume((60, 60), (10, 12))
# How the first server is lost.
LOSSES: dict[str, Callable[[Pair], None]] = {
    "killed": lambda pair: pair.kill(pair.first),
    "frozen": lambda pair: pair.freeze(pair.first),
    "behind a silent network": lambda pair: pair.network.fall_silent(),
}
ROUNDS = range(volume(1, 10))


@pytest.mark.parametrize("_round", ROUNDS)
@pytest.mark.parametrize("loss", volume(["killed"], list(LOSSES)))
async def test_a_lost_primary_costs_seconds_and_nothing_acknowledged(
    pair: Pair, traffic: Traffic, loss: str, _round: int
) -> None:
    LOSSES[loss](pair)
    lost = time.monotonic()
    await traffic.last(NOTICED_SECONDS)
    await asyncio.to_thread(pair.promote)
    promoted = time.monotonic()
    back = (await traffic.answered(promoted)).ended - promoted
    await traffic.stop()
    await assert_nothing_is_lost(pair.second, traffic)
    report(f"primary {loss}", traffic, lost, promoted)
    assert back < BACK
    assert max(one.ended - one.began for one in traffic.attempts) < LONGEST
