"""What several test files of registration need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette

from tests.support.client import Client
from tests.support.journey import to_password
from tests.support.people import Person
from web.app import create_app
from web.core.clock import Clock


@dataclass
class Day:
    """The web machine's time, set by hand before the first page."""

    now: datetime = field(default=datetime.min)

    def set(self, *parts: int) -> None:
        """Year, month, day, and a time in UTC."""
        self.now = datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.fixture
def day() -> Day:
    """What `dated` believes the time to be."""
    return Day()


@pytest.fixture
async def dated(app: Starlette, day: Day) -> AsyncIterator[Client]:
    """A browser that has passed the security check, before an application with a clock of its own.

    Challenges live by both clocks: that is why the check is passed before the time is moved.
    """
    another = create_app(app.state.runtime.settings, clock=Clock(lambda: day.now))
    async with Client(app) as today:
        await to_password(today, Person())
        async with another.router.lifespan_context(another), Client(another) as client:
            client.http.cookies.update(today.http.cookies)
            yield client
