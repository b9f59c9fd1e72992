"""Two database servers, two web servers, two workers and their people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.cluster.outcome import summary
from tests.cluster.sites import people_at_work
from tests.cluster.traffic import Traffic
from tests.support.db.cluster import Cluster, install
from tests.support.db.pair import Pair
from tests.support.mail.peers import ScriptedPeer
from tests.support.mail.scripted_peer import peer
from tests.support.programs.processes import FULL

__all__ = ["peer"]
# Long, and Patroni must be installed: `make cluster` runs them.
collect_ignore = [] if FULL else ["test_standby_away.py", "test_patroni.py", "test_long_load.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each kind of loss has cost."""
    for line in summary():
        terminalreporter.write_line(line)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database servers' user can reach."""
    with TemporaryDirectory(prefix="compte-formation-cluster-") as name:
        path = Path(name)
        path.chmod(0o755)
        for one in ("first", "second"):
            (path / one).mkdir()
        yield path


@pytest.fixture
async def pair(postgres: Any, folder: Path) -> AsyncIterator[Pair]:
    """A primary with the site's database, and its synchronous standby."""
    one = Pair(postgres, folder)
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


@pytest.fixture
async def server(postgres: Any, folder: Path) -> AsyncIterator[Cluster]:
    """One server with the site's database."""
    one = Cluster(postgres, folder / "first", max_connections="100")
    one.create()
    one.start()
    await install(one)
    yield one
    one.stop("immediate")


@pytest.fixture
async def traffic(pair: Pair, peer: ScriptedPeer) -> AsyncIterator[Traffic]:
    """People at work on servers that know both databases."""
    async with people_at_work(pair.url, pair.first.url("compte"), peer) as some:
        yield some
