"""An account of each kind, logged in with a browser that it knows."""

from __future__ import annotations

import pytest

from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.logins.kinds import Account, Kind
from web.core.runtime import Runtime


@pytest.fixture
async def account(client: Client, runtime: Runtime, kind: Kind) -> Account:
    """An account of that kind, logged in."""
    opened = await kind.open(runtime)
    await make_known(client, opened)
    await opened.log_in(client)
    return opened
