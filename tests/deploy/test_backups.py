"""The scripts of deploy/postgresql: a server is lost, and restored to a moment before a mistake."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr

from tests.support.db import verify_backup
from tests.support.db.cluster import Cluster, ProgramFailedError, ask, install
from tests.support.db.roles import APPLICATION, OWNER, as_role
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox, Peer
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.commands import Finished, run_command
from tests.support.programs.processes import until
from tests.support.programs.settings import DEFAULTS, make_settings
from tests.support.repository import ROOT
from tests.support.titulaires.accounts import identity_of
from tests.support.titulaires.journey import log_in, register_and_log_in
from tests.support.titulaires.people import Person
from web.app import create_app
from web.core.runtime import Runtime
from web.people.history.seals import seal_histories

pytestmark = pytest.mark.faults

# The system's: that of the tests may be out of reach of the server's user.
PYTHON = "/usr/bin/env python3"
SCRIPTS = ROOT / "deploy" / "postgresql"
OTHER_KEY = "test1:" + base64.b64encode(b"o" * 32).decode()
# A file of the log.
FIRST = "000000010000000000000001"
ARCHIVED = "SELECT last_archived_wal >= $1 AND last_failed_wal IS NULL FROM pg_stat_archiver"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's user can reach, with the scripts as they are installed."""
    with TemporaryDirectory(prefix="compte-formation-backups-") as name:
        path = Path(name)
        path.chmod(0o755)
        shutil.copytree(SCRIPTS, path / "scripts")
        for one in ("backups", "wal", "first", "second", "programs"):
            (path / one).mkdir()
        shutil.copy(verify_backup.__file__, path / "programs")
        verify = path / "programs" / "pg_verifybackup"
        verify.write_text(f'#!/bin/sh\nexec {PYTHON} "${{0%/*}}/verify_backup.py" "$@"\n')
        verify.chmod(0o755)
        yield path


@pytest.fixture
def cluster(postgres: Any, folder: Path) -> Iterator[Cluster]:
    """A server that archives its log."""
    archive = f"{folder}/scripts/archive-wal %p %f {folder}/wal"
    one = make_cluster(postgres, folder, "first", archive_mode="on", archive_command=archive)
    for path in (folder / "backups", folder / "wal"):
        one.own(path)
    one.create()
    one.start()
    yield one
    one.stop("immediate")


def make_cluster(postgres: Any, folder: Path, name: str, **settings: str) -> Cluster:
    return Cluster(postgres, folder / name, programs=folder / "programs", **settings)


@asynccontextmanager
async def site(cluster: Cluster) -> AsyncIterator[tuple[Runtime, Client]]:
    """The site on that server's database, and a browser."""
    app = create_app(make_settings(database_url=as_role(cluster.url("compte"), APPLICATION)))
    async with app.router.lifespan_context(app), Client(app) as client:
        yield app.state.runtime, client


async def live(cluster: Cluster, person: Person) -> UUID:
    """Register, log in, and have the history sealed; return the account."""
    peer = Peer()
    await peer.start()
    async with site(cluster) as (runtime, client):
        smtp = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{peer.port}")}
        outbox = Outbox(peer, runtime, runtime.settings.model_copy(update=smtp))
        await register_and_log_in(client, person, outbox)
        await seal_histories(runtime)
        newest = "SELECT id FROM account ORDER BY created_at DESC LIMIT 1"
        account: UUID = await runtime.db.fetchval(newest)
    await peer.stop()
    return account


def back_up(cluster: Cluster, folder: Path) -> Path:
    connection = f"host=127.0.0.1 port={cluster.port} user=postgres"
    printed = cluster.run("sh", folder / "scripts/back-up", folder / "backups", connection)
    return Path(printed.splitlines()[-1])


async def archive(cluster: Cluster) -> None:
    """Have all of the log archived."""
    url = cluster.url()
    # A file in which nothing is written is not archived.
    last = await ask(url, "SELECT pg_walfile_name(pg_create_restore_point('archived'))")
    await ask(url, "SELECT pg_switch_wal()")
    await until(lambda: ask(url, ARCHIVED, last), "the log archived")


async def check(cluster: Cluster, smtp: ScriptedPeer, *options: str, **changes: Any) -> Finished:
    settings = {
        **DEFAULTS,
        "database_url": as_role(cluster.url("compte"), APPLICATION),
        "smtp_url": f"smtp://127.0.0.1:{smtp.port}",
        **changes,
    }
    return await asyncio.to_thread(run_command, "check", *options, **settings)


async def test_a_lost_server_is_restored_to_the_moment_before_a_mistake(
    cluster: Cluster, folder: Path, postgres: Any, peer: ScriptedPeer
) -> None:
    earlier, later = Person(), Person()
    await install(cluster)
    await live(cluster, earlier)
    backup = await asyncio.to_thread(back_up, cluster, folder)
    account = await live(cluster, later)
    checked = await check(cluster, peer)
    seal = checked.out.strip().rpartition(" ")[2]
    moment = await ask(cluster.url(), "SELECT clock_timestamp()::text")
    await ask(as_role(cluster.url("compte"), OWNER), "DELETE FROM account")
    await archive(cluster)
    cluster.stop("immediate")
    shutil.rmtree(cluster.data)

    restored = make_cluster(postgres, folder, "second")
    script = folder / "scripts/restore"
    restored.run("sh", script, backup, folder / "wal", restored.data, moment)
    restored.start()
    try:
        in_recovery = "SELECT NOT pg_is_in_recovery()"
        await until(lambda: ask(restored.url(), in_recovery), "the end of the restoration")
        done = await check(restored, peer, "--seal", seal)
        assert (done.status, done.err) == (0, "")
        async with site(restored) as (runtime, client):
            assert (await identity_of(runtime, account)).nir == later.nir
            assert (await log_in(client, earlier)).url == "/espace"

        lost = await check(restored, peer, nir_keys=OTHER_KEY)
        assert lost.status == 1
        assert "valeurs chiffrées avec la clé test1, qui manque dans NIR_KEYS" in lost.err
        other = await check(restored, peer, secret_key="another secret, of the right length too")
        assert other.status == 1
        assert "sceaux" in other.err
    finally:
        restored.stop("immediate")


def test_a_restoration_that_cannot_be_right_is_refused(
    cluster: Cluster, folder: Path, postgres: Any
) -> None:
    backup = back_up(cluster, folder)
    restored = make_cluster(postgres, folder, "second")
    restore, wal = ("sh", folder / "scripts/restore"), folder / "wal"
    with pytest.raises(ProgramFailedError, match="is not empty"):
        restored.run(*restore, backup, wal, cluster.data)
    with pytest.raises(ProgramFailedError, match="is no base backup"):
        restored.run(*restore, wal, wal, restored.data)
    version = (backup / "PG_VERSION").read_text()
    (backup / "PG_VERSION").write_text("17\n")
    with pytest.raises(ProgramFailedError, match="PG_VERSION"):
        restored.run(*restore, backup, wal, restored.data)
    assert not restored.data.exists()

    (backup / "PG_VERSION").write_text(version)
    asyncio.run(archive(cluster))
    restored.run(*restore, backup, wal, restored.data, "2100-01-01 00:00:00+00")
    assert not reaches_its_moment(restored)
    assert "before configured recovery target" in (restored.folder / "log").read_text()


def reaches_its_moment(cluster: Cluster) -> bool:
    """Start a server; return whether its restoration ends, rather than the server."""
    running = cluster.data / "postmaster.pid"
    with suppress(ProgramFailedError):
        cluster.start()

    async def is_over() -> bool:
        return not running.exists() or await ask(cluster.url(), "SELECT NOT pg_is_in_recovery()")

    with suppress(ConnectionError, asyncpg.PostgresError):
        asyncio.run(until(is_over, "the end of the restoration"))
    cluster.stop("immediate")
    return "database system is ready to accept connections" in (cluster.folder / "log").read_text()


def test_a_backup_that_fails_leaves_nothing(postgres: Any, folder: Path) -> None:
    one = make_cluster(postgres, folder, "first")
    one.own(folder / "backups")
    with pytest.raises(ProgramFailedError):
        one.run("sh", folder / "scripts/back-up", folder / "backups", "host=127.0.0.1 port=1")
    assert list((folder / "backups").iterdir()) == []


def test_a_file_of_the_log_is_archived_once_and_never_replaced(postgres: Any, folder: Path) -> None:
    one = make_cluster(postgres, folder, "first")
    one.own(folder / "wal")
    path = folder / "first" / "part"
    command = ("sh", folder / "scripts/archive-wal", path, FIRST, folder / "wal")
    path.write_text("one")
    for _ in range(2):
        one.run(*command)
    path.write_text("another")
    with pytest.raises(ProgramFailedError, match=f"another {FIRST}"):
        one.run(*command)
    assert os.listdir(folder / "wal") == [FIRST]
    assert (folder / "wal" / FIRST).read_text() == "one"


def test_old_backups_go_with_the_log_that_only_they_need(postgres: Any, folder: Path) -> None:
    one = make_cluster(postgres, folder, "first")
    for number, name in enumerate(
        ("2001-01-01T000000Z", "2001-01-02T000000Z", "2100-01-01T000000Z")
    ):
        (folder / "backups" / name).mkdir()
        label = f"START WAL LOCATION: {number + 1}/2000028 (file {FIRST[:-1]}{number + 1})\n"
        (folder / "backups" / name / "backup_label").write_text(label)
        (folder / "wal" / f"{FIRST[:-1]}{number + 1}").write_text("")
        one.own(folder / "backups" / name)
    for path in (folder / "backups", folder / "wal"):
        one.own(path)
    expire = ("sh", folder / "scripts/expire", folder / "backups", folder / "wal")

    one.run(*expire, "14")
    assert os.listdir(folder / "backups") == ["2100-01-01T000000Z"]
    assert os.listdir(folder / "wal") == [f"{FIRST[:-1]}3"]
    (folder / "backups" / "2100-01-01T000000Z").rename(folder / "backups" / "2001-01-03T000000Z")
    one.run(*expire, "14")
    assert os.listdir(folder / "backups") == ["2001-01-03T000000Z"]
