"""The application with an unreachable database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.client import Client
from tests.support.settings import NOWHERE, make_settings
from web.app import create_app


@pytest.fixture
async def site() -> AsyncIterator[Client]:
    """A visitor; a page that queried the database would fail."""
    app = create_app(make_settings(database_url=NOWHERE))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client
