"""Two PostgreSQL servers under Patroni, with the file of deploy/patroni, and an etcd for both."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from tests.support.db.cluster import install
from tests.support.db.roles import APPLICATION
from tests.support.programs.installed import changed
from tests.support.programs.ports import free_port
from tests.support.programs.processes import until
from tests.support.repository import ROOT

FILE = ROOT / "deploy" / "patroni" / "patroni.yml"
PROGRAMS = ROOT / "build" / "cluster" / "bin"
# Certificates, and what needs them: the test speaks plain HTTP on loopback.
OF_TLS = re.compile(
    r"^ +(certfile|keyfile|cafile|verify_client|cacert|protocol|ssl\w*|archive_\w+):.*\n", re.M
)
# Of deploy/patroni/patroni.yml.
TTL_SECONDS, LOOP_SECONDS = 30, 10


class Node:
    """One machine: Patroni and the PostgreSQL server that it runs."""

    def __init__(self, name: str, folder: Path, etcd_port: int, embedded: Any) -> None:
        self.name = name
        self.folder = folder / name
        self.port, self._rest = free_port(), free_port()
        self._user: str | None = embedded.system_user
        if self._user:
            shutil.chown(self.folder, self._user)
        self._configuration = self.folder / "patroni.yml"
        self._configuration.write_text(self._configure(etcd_port, embedded.bin_path))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start Patroni, which creates the server or makes it follow the leader."""
        with (self.folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                [PROGRAMS / "patroni", self._configuration],
                user=self._user,
                cwd=self.folder,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def url(self, database: str = "postgres") -> str:
        """The URL of a database, for the server's administrator."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    async def is_leader(self) -> bool:
        """Return whether this server is the primary."""
        return await asyncio.to_thread(_answers, f"http://127.0.0.1:{self._rest}/primary")

    async def is_synchronous(self) -> bool:
        """Return whether this server is the synchronous standby."""
        return await asyncio.to_thread(_answers, f"http://127.0.0.1:{self._rest}/synchronous")

    def switch_over(self, to: Node) -> None:
        """Have Patroni make `to` the primary."""
        command = ("switchover", "compte", "--leader", self.name, "--candidate", to.name, "--force")
        done = subprocess.run(
            [PROGRAMS / "patronictl", "-c", self._configuration, *command],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def lose(self) -> None:
        """Send `kill -9` to Patroni and to every process of its server."""
        for one in self._processes():
            with suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def _environment(self) -> dict[str, str]:
        secrets = ("SUPERUSER", "REPLICATION", "REWIND", "RESTAPI")
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.folder),
            **{f"PATRONI_{name}_PASSWORD": "of a test" for name in secrets},
        }

    def _processes(self) -> list[psutil.Process]:
        if self._process is None:
            return []
        patroni = psutil.Process(self._process.pid)
        found = [patroni, *patroni.children(recursive=True)]
        # PostgreSQL's main process belongs to no one.
        for one in psutil.process_iter(["cmdline"]):
            if str(self.folder / "data") in (one.info["cmdline"] or ()):
                found += [one, *one.children(recursive=True)]
        return found

    def _configure(self, etcd_port: int, programs: Path) -> str:
        etcd = "\n".join(f"    - 10.0.0.{number}:2379" for number in (1, 2, 3))
        return changed(
            OF_TLS.sub("", FILE.read_text("utf-8")),
            {
                "name: node1": f"name: {self.name}",
                "10.0.0.1:8008": f"127.0.0.1:{self._rest}",
                etcd: f"    - 127.0.0.1:{etcd_port}",
                "10.0.0.1:5432": f"127.0.0.1:{self.port}",
                "/var/lib/postgresql/18/main": str(self.folder / "data"),
                "/usr/lib/postgresql/18/bin": str(programs),
                "hostssl": "host",
                "10.0.0.0/24 scram-sha-256": "127.0.0.1/32 trust",
            },
        )


class Patronis:
    """Two nodes, with the site's database on the first that became the leader."""

    def __init__(self, embedded: Any, folder: Path) -> None:
        self._etcd_port = free_port()
        self._etcd = self._start_etcd(folder)
        self.nodes = [Node(name, folder, self._etcd_port, embedded) for name in ("first", "second")]

    async def start(self) -> None:
        """Start the nodes one after the other; returns once the second is synchronous."""
        first, second = self.nodes
        first.start()
        await until(first.is_leader, "the first leader", 60)
        await install(first)
        second.start()
        await until(second.is_synchronous, "the synchronous standby", 60)

    @property
    def url(self) -> str:
        """The database on whichever server accepts writes, for the application's role."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://{APPLICATION}@{hosts}/compte?target_session_attrs=read-write"

    def stop(self) -> None:
        """End everything."""
        for node in self.nodes:
            node.lose()
        self._etcd.kill()
        self._etcd.wait()

    def _start_etcd(self, folder: Path) -> subprocess.Popen[bytes]:
        url, peer = (f"http://127.0.0.1:{port}" for port in (self._etcd_port, free_port()))
        return subprocess.Popen(
            [
                *("etcd", "--name", "only", "--data-dir", folder / "etcd"),
                *("--listen-client-urls", url, "--advertise-client-urls", url),
                *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer),
                *("--initial-cluster", f"only={peer}"),
            ],
            env={"PATH": "/usr/bin:/bin"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _answers(url: str) -> bool:
    """Return whether a URL answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(json.load(answer))
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
