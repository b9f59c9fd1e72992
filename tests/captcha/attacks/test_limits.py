"""A robot that guesses: what the limits leave of a thousand guesses from one address."""

from __future__ import annotations

import asyncio

from tests.captcha.attacks import blind
from web.captcha.service import LIMITS, Kind, TooManyAnswersError, count_attempt, issue
from web.core.runtime import Runtime
from web.core.tokens import new_token, token_hash

GUESSES, AT_ONCE = 1_000, 50
ADDRESS = "203.0.113.7"


async def is_taken(runtime: Runtime) -> bool:
    """Whether a guess is judged; each comes from a browser never seen before."""
    browser = token_hash(new_token(runtime.randomness))
    asked = issue(runtime, browser, Kind.QUESTION, runtime.clock.now())
    try:
        await count_attempt(runtime, asked.token, browser, ADDRESS)
    except TooManyAnswersError:
        return False
    return True


async def test_of_a_thousand_guesses_from_one_address_sixty_are_looked_at(
    runtime: Runtime,
) -> None:
    taken = 0
    for _ in range(GUESSES // AT_ONCE):
        answers = await asyncio.gather(*(is_taken(runtime) for _ in range(AT_ONCE)))
        taken += sum(answers)
    assert taken == LIMITS[Kind.QUESTION][1].hits


def test_a_robot_that_guesses_blindly_is_right_a_few_times_an_hour() -> None:
    allowed = LIMITS[Kind.QUESTION][1].hits
    for right in blind.guessed_right(1_000, seed=3).values():
        assert right / 1_000 * allowed < 5
