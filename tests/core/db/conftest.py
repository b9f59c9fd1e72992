"""A server whose timeouts work on any day."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.db.cluster import install, running_cluster


@pytest.fixture
def timely_url(request: pytest.FixtureRequest, postgres: Any) -> Iterator[str]:
    """A database as `administrator_url`, on a server that ends what waits for a lock too long.

    `make days` changes the clock by libfaketime 0.9.10, which shows the real time to a signal that
    arrives during a wait: PostgreSQL's timeouts then never come. There, this server has no such
    library; nothing here compares its clock with another.
    """
    if "FAKETIME" not in os.environ:
        yield request.getfixturevalue("administrator_url")
        return
    with running_cluster(postgres) as server:
        asyncio.run(install(server))
        yield server.url("compte")
