"""A synchronous standby that goes away while people are at work."""

from __future__ import annotations

import time

import pytest

from tests.cluster.outcome import assert_nothing_is_lost, report
from tests.cluster.traffic import Traffic
from tests.support.db.pair import Pair
from web.core.db.connections import SILENCE_SECONDS

ROUNDS = range(10)
# Beside the wait itself: a busy machine.
LONGEST = SILENCE_SECONDS + 2


@pytest.mark.parametrize("_round", ROUNDS)
async def test_it_delays_nobody_past_the_documented_limit(
    pair: Pair, traffic: Traffic, _round: int
) -> None:
    """Commits wait for it, until the primary is told to go on alone."""
    pair.freeze(pair.second)
    lost = time.monotonic()
    await traffic.last(LONGEST)
    await pair.release_commits()
    released = time.monotonic()
    await traffic.answered(released)
    await traffic.stop()
    await assert_nothing_is_lost(pair.first, traffic)
    report("synchronous standby frozen", traffic, lost, released)
    assert max(one.ended - one.began for one in traffic.attempts) < LONGEST
