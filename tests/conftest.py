"""The real parts: one PostgreSQL for the run, a fresh database for each test, the application."""

from __future__ import annotations

import asyncio
import gc
import itertools
import os
import shlex
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fasteners import InterProcessLock
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from starlette.applications import Starlette

from tests.support.db.clerk import TEMPLATE, Clerk
from tests.support.db.pooler import THROUGH_PGBOUNCER, Pooler, direct, pgbouncer, pooler
from tests.support.db.relay import Relay
from tests.support.db.roles import ADMINISTRATOR, APPLICATION, OWNER, as_role
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox, Peer
from tests.support.programs.processes import volume
from tests.support.programs.settings import make_settings
from web.app import create_app
from web.core.db import migrations
from web.core.db.embedded import start_embedded
from web.core.runtime import Runtime
from web.grants import grant_to
from web.settings import Settings

# Property tests give the same examples on every run and every machine; a million with FAULTS=full.
hypothesis_settings.register_profile(
    "derandomised",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=volume(100, 25_000),
)
hypothesis_settings.load_profile("derandomised")

MEMORY = Path("/dev/shm")
MEMORY_BYTES = 4 * 2**30
# Fewer than the program opens to PgBouncer.
POOLED_CONNECTIONS = 4
VENV_PYTHON = ".venv/bin/python"
# Allocations before a collection: at the default, collecting took a tenth of the time.
GC_THRESHOLD = 50_000
_numbers = itertools.count()
# libfaketime gives children its parent's shared memory, where some read a start time of nonsense.
# An offset (FAKETIME=+…s) needs none: on other days, every process starts its own.
os.environ.pop("FAKETIME_SHARED", None)


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how to run each failed test alone."""
    reports = [
        report
        for outcome in ("failed", "error")
        for report in terminalreporter.stats.get(outcome, [])
    ]
    for node in dict.fromkeys(report.nodeid for report in reports):
        terminalreporter.write_line(
            f"To run it alone: {VENV_PYTHON} -m pytest {shlex.quote(node)}", red=True
        )


def _in_memory() -> Path | None:
    """A memory-backed folder with room for the databases, if the machine has one."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES
    return MEMORY if roomy else None


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL 18 without durability: tests do not simulate power cuts.

    It has a folder of its own: started by root, PostgreSQL runs as another user, and pytest makes
    its temporary folders private each time it starts. The first start on a machine creates that
    user; pytest-xdist workers doing so at once would each get another user id.
    """
    lock = InterProcessLock(tmp_path_factory.getbasetemp().parent / "postgres.lock")
    with TemporaryDirectory(prefix="compte-formation-tests-", dir=_in_memory()) as folder:
        with lock:
            server = start_embedded(Path(folder) / "data")
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET autovacuum = off;")
        server.psql("SELECT pg_reload_conf();")
        for role in (OWNER, APPLICATION):
            server.psql(f"CREATE ROLE {role} LOGIN;")
        # A day that the tests' own statements move has 24 hours on every night.
        for role in (OWNER, ADMINISTRATOR):
            server.psql(f"ALTER ROLE {role} SET timezone = 'UTC';")
        server.psql(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER};")
        migrations.upgrade(as_role(server.get_uri(TEMPLATE), OWNER))
        asyncio.run(grant_to(as_role(server.get_uri(TEMPLATE), OWNER), APPLICATION))
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def clerk(postgres: Any) -> Iterator[Clerk]:
    """The helper that creates and drops databases."""
    clerk = Clerk(postgres.get_uri())
    yield clerk
    clerk.close()


@pytest.fixture
def administrator_url(postgres: Any, clerk: Clerk) -> Iterator[str]:
    """A database at the newest revision, dropped afterwards, as the server's administrator."""
    name = f"test_{next(_numbers)}"
    clerk.run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER {OWNER} STRATEGY file_copy")
    yield postgres.get_uri(name)
    clerk.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def owner_url(administrator_url: str) -> str:
    """The same database, as the role that owns its tables and migrates it."""
    return as_role(administrator_url, OWNER)


@pytest.fixture(scope="session")
def shared_pooler(postgres: Any) -> Iterator[Pooler | None]:
    """A PgBouncer in front of every database, with THROUGH_PGBOUNCER=yes."""
    if not THROUGH_PGBOUNCER:
        yield None
        return
    path = pgbouncer()
    assert path, "PgBouncer 1.21 or later is not installed"
    # PgBouncer ignores the limits that the program sends.
    for name, value in (
        ("statement_timeout", "9s"),
        ("idle_in_transaction_session_timeout", "60s"),
    ):
        postgres.psql(f"ALTER ROLE {APPLICATION} SET {name} = '{value}';")
    with pooler(postgres, path, APPLICATION, POOLED_CONNECTIONS) as one:
        yield one


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, administrator_url: str, shared_pooler: Pooler | None
) -> str:
    """The same database, as the role that the program runs under."""
    url = as_role(administrator_url, APPLICATION)
    if shared_pooler is None or request.node.get_closest_marker("own_session"):
        return url
    return shared_pooler.url(url)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings for a test: cheap hashes, a fixed captcha answer, an unused SMTP port."""
    return make_settings(database_url=database_url)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Starlette]:
    """The application, started."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
def runtime(app: Starlette) -> Runtime:
    """The application's runtime."""
    runtime: Runtime = app.state.runtime
    return runtime


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[Client]:
    """A browser without scripts that audits every page it gets."""
    async with Client(app) as one:
        yield one


@pytest.fixture
async def outbox(runtime: Runtime, settings: Settings) -> AsyncIterator[Outbox]:
    """A real SMTP peer, and a worker that sends to it on demand."""
    peer = Peer()
    await peer.start()
    url = SecretStr(f"smtp://127.0.0.1:{peer.port}")
    yield Outbox(peer, runtime, settings.model_copy(update={"smtp_url": url}))
    await peer.stop()


@pytest.fixture
async def relay(database_url: str) -> AsyncIterator[Relay]:
    """A TCP relay to the database that can be cut or silenced, open at first."""
    # It leads to the server itself: what tests cut off or silence is not PgBouncer.
    one = Relay(direct(database_url) or database_url)
    await one.open()
    yield one
    await one.close()


@pytest.fixture
def earlier_url(postgres: Any, clerk: Clerk) -> Iterator[str]:
    """A database at revision 0018: before events named accounts and closed ones were remembered."""
    name = f"test_{next(_numbers)}"
    clerk.run(f"CREATE DATABASE {name}")
    url = postgres.get_uri(name)
    migrations.upgrade(url, "0018")
    yield url
    clerk.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_url(postgres: Any, clerk: Clerk) -> Iterator[str]:
    """A database without any revision."""
    clerk.run("CREATE DATABASE never_migrated")
    yield postgres.get_uri("never_migrated")
    clerk.run("DROP DATABASE never_migrated WITH (FORCE)")
