"""A database of another version, a role without its rights: a sentence from every command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog

from tests.cli.database_commands import COMMANDS, run
from tests.support.db.cluster import Cluster, running_cluster
from tests.support.http.client import Client
from tests.support.programs.settings import make_settings
from web.app import create_app
from web.core.db.schema import MARK
from web.worker import Worker

# One that no longer serves this version.
NEWER = f"""
    UPDATE alembic_version SET version_num = '0099';
    COMMENT ON TABLE alembic_version IS '{MARK}0098'
"""
OLDER = "UPDATE alembic_version SET version_num = '0018'"
UNKNOWN_ROLE = ("migrate", "--grant-to", "nobody at all")


def as_owner(url: str, statement: str) -> None:
    """Run one statement as the owner."""

    async def work() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(work())


@pytest.fixture
def server_16(postgres: Any) -> Iterator[Cluster]:
    """A PostgreSQL 16, which the wheel of the embedded server has too."""
    programs = postgres.bin_path.parents[1] / "pginstall" / "bin"
    with running_cluster(postgres, programs=programs) as server:
        yield server


def test_migrate_refuses_a_server_that_is_too_old(server_16: Cluster, tmp_path: Path) -> None:
    status, out, (sentence,) = run(("migrate",), server_16.url(), tmp_path)
    assert (status, out) == (1, "")
    assert sentence == (
        "Il faut PostgreSQL 18 ou une version plus récente\u00a0: celui de DATABASE_URL est en "
        "version 16."
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_database_of_a_newer_version_is_said_to_be_one(
    owner_url: str, database_url: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    as_owner(owner_url, NEWER)
    url = owner_url if command[0] == "migrate" else database_url
    assert run(command, url, tmp_path) == (
        1,
        "",
        [
            "Cette base de données appartient à une version plus récente du programme (révision "
            "0099)\u00a0: mettez le programme à jour."
        ],
    )


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] != "migrate"], ids=" ".join)
def test_a_database_of_an_older_version_is_said_to_be_one(
    owner_url: str, database_url: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    as_owner(owner_url, OLDER)
    assert run(command, database_url, tmp_path) == (
        1,
        "",
        ["La base est à la révision 0018\u00a0: lancez `python -m web migrate`."],
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("migrate", "0042"), "La révision 0042 n’existe pas."),
        (UNKNOWN_ROLE, "Le rôle nobody at all n’existe pas."),
    ],
)
def test_a_failed_migration_is_reported_in_a_sentence(
    owner_url: str, command: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    assert run(command, owner_url, tmp_path) == (1, "", [sentence])


def test_migrating_is_the_owner_s(owner_url: str, database_url: str, tmp_path: Path) -> None:
    sentence = (
        "Le rôle de DATABASE_URL ne possède pas les tables\u00a0: lancez `migrate` avec le rôle "
        "propriétaire de la base."
    )
    granting = ("migrate", "--grant-to", "compte_owner")
    assert run(granting, database_url, tmp_path) == (1, "", [sentence])
    as_owner(owner_url, "GRANT UPDATE ON alembic_version TO compte_application")
    as_owner(owner_url, "DROP TRIGGER history_seal_is_numbered ON history_seal")
    as_owner(owner_url, "DROP FUNCTION number_seal, settle_catalogue")
    as_owner(owner_url, "UPDATE alembic_version SET version_num = '0019'")
    assert run(("migrate",), database_url, tmp_path) == (1, "", [sentence])


@pytest.mark.parametrize("command", [c for c in COMMANDS if c[0] != "migrate"], ids=" ".join)
def test_a_role_that_was_granted_nothing_is_told_who_grants(
    owner_url: str, database_url: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    as_owner(owner_url, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM compte_application")
    status, out, (sentence,) = run(command, database_url, tmp_path)
    assert (status, out) == (1, "")
    assert "migrate --grant-to" in sentence


@pytest.fixture
async def visitor(database_url: str) -> AsyncIterator[Client]:
    """A visitor of the given application."""
    app = create_app(make_settings(database_url=database_url))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield client


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (NEWER, "base de données d’une version plus récente\n"),
        (OLDER, "migrations à appliquer\n"),
        ("REVOKE DELETE ON carried_out FROM compte_application", "rôle sans ses droits\n"),
        ("REVOKE SELECT ON alembic_version FROM compte_application", "rôle sans ses droits\n"),
    ],
)
async def test_ready_says_so_without_telling_a_version(
    visitor: Client, owner_url: str, statement: str, said: str
) -> None:
    """13.4.6: the running version is not disclosed."""
    owner = await asyncpg.connect(owner_url)
    await owner.execute(statement)
    await owner.close()
    page = await visitor.get("/sante/pret")
    assert (page.status, page.html) == (503, said)


async def test_a_worker_waits_until_the_database_is_of_its_version(
    database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.worker.RECONNECT_SECONDS", 0.05)
    owner = await asyncpg.connect(owner_url)
    revision = await owner.fetchval("SELECT version_num FROM alembic_version")
    await owner.execute(NEWER)
    worker = Worker(make_settings(database_url=database_url))
    with structlog.testing.capture_logs() as logs:
        working = asyncio.create_task(worker.run())
        # Several attempts.
        await asyncio.sleep(0.5)
        assert not working.done()
        await owner.execute("UPDATE alembic_version SET version_num = $1", revision)
        async with asyncio.timeout(10):
            while not await owner.fetchval("SELECT count(*) FROM pgqueuer_schedules"):
                await asyncio.sleep(0.05)
    await owner.close()
    worker.stop()
    async with asyncio.timeout(10):
        await working
    assert [one["event"] for one in logs] == ["wrong schema revision", "worker resumed"]
