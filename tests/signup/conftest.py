"""Fixtures shared by the tests of registration."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.titulaires.journey import to_password
from tests.support.titulaires.people import Person
from tests.support.titulaires.signup_day import Day
from web.app import create_app
from web.core.clock import Clock


@pytest.fixture
def day() -> Day:
    """The time used by `dated`."""
    return Day()


@pytest.fixture
async def dated(app: Starlette, day: Day) -> AsyncIterator[Client]:
    """A browser that has passed the security check, with an application whose clock is set.

    Challenges depend on both clocks: the check is passed before the time is changed.
    """
    another = create_app(app.state.runtime.settings, clock=Clock(lambda: day.now))
    async with Client(app) as today:
        await to_password(today, Person())
        async with another.router.lifespan_context(another), Client(another) as client:
            client.http.cookies.update(today.http.cookies)
            yield client
