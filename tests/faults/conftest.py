"""Machines for tests to break."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.mail.peers import ScriptedPeer
from tests.support.mail.scripted_peer import peer
from tests.support.programs.processes import Machines

__all__ = ["peer"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture
async def machines(database_url: str, peer: ScriptedPeer) -> AsyncIterator[Machines]:
    """Machines without programs yet; they share a database and an SMTP server."""
    some = Machines(database_url, peer.port)
    yield some
    await some.clean_up()
