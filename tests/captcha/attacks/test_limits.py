"""Robots against the check: the answers that the rate limits allow, by pool of addresses."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable

import pytest

from tests.captcha.attacks import guessing_robots, question_robot
from web.captcha.service import LIMITS, Kind, TooManyAnswersError, count_attempt, issue
from web.core.crypto.tokens import new_token, token_hash
from web.core.http.browser.networks import counted
from web.core.runtime import Runtime

AT_ONCE = 50
ALLOWED = LIMITS[Kind.QUESTION][1].hits


async def is_judged(runtime: Runtime, address: str) -> bool:
    """Return whether an answer is judged; each comes from a new browser."""
    browser = token_hash(new_token(runtime.randomness))
    asked = issue(runtime, browser, Kind.QUESTION, runtime.clock.now())
    try:
        await count_attempt(runtime, asked.token, browser, counted(ipaddress.ip_address(address)))
    except TooManyAnswersError:
        return False
    return True


@pytest.mark.parametrize(
    ("open_address", "tried", "most"),
    [
        (lambda n: "203.0.113.7", 1_000, ALLOWED),
        # A home connection, rotating over 256 subscribers' worth of addresses.
        (lambda n: f"2001:db8:1:2{n % 256:02x}::1", 400, 2 * ALLOWED),
        # A free IPv6 tunnel: 65,536 /64 networks.
        (lambda n: f"2001:db8:1:{93 * n:x}::1", 600, 8 * ALLOWED),
        # A whole /24, in one burst; twelve of them fit into an hour.
        (lambda n: f"203.0.113.{n % 256}", 400, 2 * ALLOWED),
    ],
)
async def test_of_the_answers_of_one_network_so_many_are_looked_at(
    runtime: Runtime, open_address: Callable[[int], str], tried: int, most: int
) -> None:
    """2.4.1: the hourly gain of a robot, as docs/security.md states it."""
    judged = 0
    for first in range(0, tried, AT_ONCE):
        batch = (is_judged(runtime, open_address(n)) for n in range(first, first + AT_ONCE))
        judged += sum(await asyncio.gather(*batch))
    assert judged == most


def test_a_robot_that_guesses_blindly_is_right_a_few_times_an_hour() -> None:
    for right in guessing_robots.guessed_right(1_000, seed=3).values():
        assert right / 1_000 * ALLOWED < 5


def test_a_robot_that_reads_is_always_right() -> None:
    """The check stops no dedicated program: nothing may rely on it alone."""
    assert question_robot.answered_right(1_000, seed=3) == 1_000
