"""A worker and the SMTP server it speaks to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from tests.mail.post_office import PostOffice
from tests.support.peers import ScriptedPeer
from web.core.runtime import Runtime
from web.settings import Settings


@pytest.fixture
async def peer() -> AsyncIterator[ScriptedPeer]:
    one = ScriptedPeer()
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
def office(peer: ScriptedPeer, runtime: Runtime, settings: Settings) -> PostOffice:
    url = SecretStr(f"smtp://127.0.0.1:{peer.port}")
    return PostOffice(peer, runtime, settings.model_copy(update={"smtp_url": url}))
