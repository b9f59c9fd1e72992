"""A worker, the SMTP server it speaks to, and a relay to its database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.db.relay import Relay
from tests.support.mail.post_office import office
from tests.support.mail.scripted_peer import peer

__all__ = ["office", "peer"]


@pytest.fixture
async def relay(database_url: str) -> AsyncIterator[Relay]:
    one = Relay(database_url)
    await one.open()
    yield one
    await one.close()
