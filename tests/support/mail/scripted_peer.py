"""Fixture: a scripted SMTP server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.mail.peers import ScriptedPeer


@pytest.fixture
async def peer() -> AsyncIterator[ScriptedPeer]:
    one = ScriptedPeer()
    await one.start()
    yield one
    await one.stop()
