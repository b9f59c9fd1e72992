"""Web machines with wrong clocks: the age of a security check follows the database's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.http.client import Client
from tests.support.programs.processes import until, volume
from tests.support.titulaires.captcha import right_answer
from tests.support.titulaires.journey import to_identity
from tests.support.titulaires.people import Person
from web.app import create_app
from web.captcha.service import Kind, Verdict, check, issue
from web.core.clock import Clock
from web.core.runtime import Runtime
from web.settings import Settings

BROWSER = b"browser".ljust(32, b".")
# Clock errors of a web machine, in minutes.
WRONG = pytest.mark.parametrize("wrong", [-11, -5, 5, 11])


def clock_of(minutes: int) -> Clock:
    """A clock that is off by this much."""
    return Clock(now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))


@asynccontextmanager
async def machine(settings: Settings, minutes: int) -> AsyncIterator[Client]:
    """A web machine with a wrong clock, already synchronised with the database's."""
    app = create_app(settings, clock=clock_of(minutes), sync_clock=True)
    async with app.router.lifespan_context(app), Client(app) as client:
        runtime: Runtime = app.state.runtime

        async def compared() -> bool:
            off = runtime.database_time.now() - datetime.now(UTC)
            return abs(off) < timedelta(seconds=1)

        await until(compared, "the clocks compared")
        yield client


@WRONG
@pytest.mark.parametrize(
    ("age", "verdict"),
    [(0, Verdict.TOO_FAST), (360, Verdict.PASSED), (595, Verdict.PASSED), (605, Verdict.EXPIRED)],
)
async def test_a_check_lasts_as_long_on_every_machine(
    settings: Settings, wrong: int, age: int, verdict: Verdict
) -> None:
    async with machine(settings, wrong) as client:
        runtime: Runtime = client.app.state.runtime
        shown_at = runtime.database_time.now() - timedelta(seconds=age)
        token = issue(runtime, BROWSER, Kind.CHARACTERS, shown_at).token
        answer = right_answer(settings.secret_key.get_secret_value(), token)
        async with runtime.db.transaction() as connection:
            assert await check(runtime, connection, token, answer, BROWSER) is verdict


@pytest.mark.faults
@WRONG
async def test_the_step_is_passed_on_every_machine(settings: Settings, wrong: int) -> None:
    async with machine(settings, wrong) as client:
        for _ in range(volume(1, 50)):
            client.http.cookies.clear()
            page = await client.submit(await to_identity(client), Person().identity())
            assert page.url == "/inscription/mot-de-passe"


async def test_an_immediate_answer_is_too_fast_whatever_the_clocks(
    runtime: Runtime, settings: Settings
) -> None:
    """A machine ahead of the database and not yet synchronised issues challenges in the future."""
    ahead = clock_of(5).now()
    token = issue(runtime, BROWSER, Kind.CHARACTERS, ahead).token
    answer = right_answer(settings.secret_key.get_secret_value(), token)
    async with runtime.db.transaction() as connection:
        assert await check(runtime, connection, token, answer, BROWSER) is Verdict.TOO_FAST
