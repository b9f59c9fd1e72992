"""Fixtures: an account of each kind, and another browser; a conftest imports them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.http.client import Client
from tests.support.logins.kinds import KINDS, Account, Kind
from web.core.runtime import Runtime


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind of account."""
    chosen: Kind = request.param
    return chosen


@pytest.fixture
async def account(runtime: Runtime, kind: Kind) -> Account:
    """An account of that kind."""
    return await kind.open(runtime)


@pytest.fixture
async def elsewhere(app: Starlette) -> AsyncIterator[Client]:
    """Another browser, at another address."""
    async with Client(app, address="198.51.100.9") as browser:
        yield browser
