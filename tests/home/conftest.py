"""The application in front of a database that nobody can reach."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.client import Client
from tests.support.settings import make_settings
from web.app import create_app

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
async def site() -> AsyncIterator[Client]:
    """A visitor; a page that asked the database anything would fail."""
    app = create_app(make_settings(database_url=NOWHERE))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client
