"""A primary and its synchronous standby, two PostgreSQL servers for a test to break."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import psutil

from tests.support.db.cluster import Cluster, ask, install
from tests.support.db.relay import Relay
from tests.support.db.roles import APPLICATION
from tests.support.programs.processes import until

STANDBY = "second"
IS_SYNCHRONOUS = (
    "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))"
)
SYNCHRONOUS = f"ALTER SYSTEM SET synchronous_standby_names = '{STANDBY}'"


class Pair:
    """Two servers; the second holds all that the first has acknowledged."""

    def __init__(self, embedded: Any, folder: Path) -> None:
        self.first, self.second = (
            Cluster(embedded, folder / name, max_connections="100") for name in ("first", STANDBY)
        )
        # The network to the first server.
        self.network = Relay(self.first.url("compte"))
        self._frozen: list[psutil.Process] = []

    async def start(self) -> None:
        """Create the site's database on the first server; have the second follow it."""
        self.first.create()
        self.first.start()
        await install(self.first)
        await self.follow(self.first, self.second)
        await self.require_synchronous(self.first)
        await self.network.open()

    async def follow(self, primary: Cluster, standby: Cluster) -> None:
        """Make a standby out of a copy of the primary."""
        standby.run(
            *("pg_basebackup", "--pgdata", standby.data, "--write-recovery-conf"),
            *("--checkpoint", "fast", "--no-sync", "--wal-method", "stream", "--dbname"),
            f"host=127.0.0.1 port={primary.port} user=postgres application_name={STANDBY}",
        )
        standby.start()

    async def require_synchronous(self, primary: Cluster) -> None:
        """From now on a commit is acknowledged once it is on the standby too."""
        await ask(primary.url(), SYNCHRONOUS)
        await ask(primary.url(), "SELECT pg_reload_conf()")
        await until(lambda: ask(primary.url(), IS_SYNCHRONOUS), "the synchronous standby")

    @property
    def url(self) -> str:
        """The database on whichever server accepts writes, for the application's role."""
        hosts = f"127.0.0.1:{self.network.port},127.0.0.1:{self.second.port}"
        return f"postgresql://{APPLICATION}@{hosts}/compte"

    def kill(self, server: Cluster) -> None:
        """Send `kill -9` to every process of a server."""
        _signal(self._processes(server), signal.SIGKILL)

    def freeze(self, server: Cluster) -> None:
        """Stop every process of a server; its connections stay open."""
        self._frozen = self._processes(server)
        _signal(self._frozen, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the frozen server go on."""
        _signal(self._frozen, signal.SIGCONT)
        self._frozen = []

    async def release_commits(self) -> None:
        """Have the first server acknowledge commits alone, as Patroni does."""
        await ask(self.first.url(), "ALTER SYSTEM RESET synchronous_standby_names")
        await ask(self.first.url(), "SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Make the second server the primary; returns once it accepts writes."""
        self.second.run("pg_ctl", "promote", "-w", "-D", self.second.data)

    async def stop(self) -> None:
        """End both servers."""
        await self.network.close()
        self.thaw()
        for server in (self.first, self.second):
            self.kill(server)

    @staticmethod
    def _processes(server: Cluster) -> list[psutil.Process]:
        """The processes of a server, the main one first."""
        try:
            main = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
            # The file of a killed server remains, and its number may be that of another program.
            is_it = str(server.data) in main.cmdline()
            return [main, *main.children(recursive=True)] if is_it else []
        except (FileNotFoundError, psutil.NoSuchProcess):
            return []


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for one in processes:
        try:
            os.kill(one.pid, number)
        except ProcessLookupError:
            continue
