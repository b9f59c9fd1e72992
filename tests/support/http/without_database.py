"""Fixtures: a site with an unreachable database; a page that queried it would fail."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.programs.settings import NOWHERE, make_settings
from web.app import create_app


@pytest.fixture
async def bare_app() -> AsyncIterator[Starlette]:
    """The application, started without its database."""
    app = create_app(make_settings(database_url=NOWHERE))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def site(bare_app: Starlette) -> AsyncIterator[Client]:
    """A visitor of it."""
    async with Client(bare_app) as client:
        yield client


@pytest.fixture
async def https_site() -> AsyncIterator[Client]:
    """A visitor of the same site over HTTPS."""
    settings = make_settings(database_url=NOWHERE)
    app = create_app(settings.model_copy(update={"public_url": "https://compte.example"}))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client
