"""The site of the demonstration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.http.client import Client
from tests.support.programs.settings import NOWHERE, make_settings
from web.app import create_app
from web.demo.site import demonstration as additions


@pytest.fixture
async def demonstration(tmp_path: Path) -> AsyncIterator[Client]:
    """A visitor of the demonstration, which shows its mails; no page here queries the database."""
    settings = make_settings(
        environment="demo", database_url=NOWHERE, demo_mail_dir=str(tmp_path / "courriels")
    )
    app = create_app(settings, additions(settings))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client
