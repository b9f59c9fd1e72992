"""A PostgreSQL server of its own, with its settings, which a test may stop and restore."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import asyncpg

from tests.support.db.roles import APPLICATION, OWNER, as_role
from tests.support.programs.ports import free_port
from web.core.db import migrations
from web.grants import grant_to

DURABLE_ENOUGH = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "40"}


class Cluster:
    """A server whose data are in `folder`/data; `embedded` gives its programs and its user.

    Those of the folder `programs` come before.
    """

    def __init__(
        self, embedded: Any, folder: Path, *, programs: Path | None = None, **settings: str
    ) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        folders = [*([programs] if programs else []), embedded.bin_path]
        self._path = os.pathsep.join([*map(str, folders), "/usr/local/bin", "/usr/bin", "/bin"])
        self._user: str | None = embedded.system_user
        self._settings = {
            **DURABLE_ENOUGH,
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            **settings,
        }
        self.own(folder)

    def own(self, path: Path) -> None:
        """Give a file or a folder to the user that runs the server."""
        if self._user:
            shutil.chown(path, self._user)

    def run(self, *command: str | Path, **environment: str) -> str:
        """Run a program as the server's user; return its output."""
        done = subprocess.run(
            [str(part) for part in command],
            user=self._user,
            env={"PATH": self._path, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise ProgramFailedError(done.returncode, done.stderr)
        return done.stdout

    def create(self) -> None:
        """Create the data of an empty server."""
        self.run(
            *("initdb", "--pgdata", self.data, "--username", "postgres", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )

    def start(self) -> None:
        """Start the server; returns once it accepts connections, read-only while it recovers."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        log = self.folder / "log"
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; a mode of `pg_ctl stop`."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-w", "-D", self.data, "-m", mode)

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, for the server's administrator."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"


@contextmanager
def running_cluster(embedded: Any, *, programs: Path | None = None) -> Iterator[Cluster]:
    """An empty server that runs, in a folder that its user can reach."""
    with TemporaryDirectory(prefix="compte-formation-server-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Cluster(embedded, folder, programs=programs)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


class ProgramFailedError(Exception):
    """A program ended with `status`, and `reason` on its standard error."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"status {status}: {reason}")
        self.status = status
        self.reason = reason


class Server(Protocol):
    """A PostgreSQL server with an administrator."""

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, for the administrator."""


async def install(server: Server) -> None:
    """Create the site's database and its two roles."""
    for role in (OWNER, APPLICATION):
        await ask(server.url(), f"CREATE ROLE {role} LOGIN")
    await ask(server.url(), f"CREATE DATABASE compte OWNER {OWNER}")
    owner_url = as_role(server.url("compte"), OWNER)
    await asyncio.to_thread(migrations.upgrade, owner_url)
    await grant_to(owner_url, APPLICATION)


async def ask(url: str, sql: str, *arguments: Any) -> Any:
    """The first column of the first row, on a separate connection."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql, *arguments)
    finally:
        await connection.close()
