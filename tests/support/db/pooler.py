"""PgBouncer, with the file of deploy/pgbouncer, between the tests and their databases."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.programs.installed import changed, program
from tests.support.programs.ports import free_port
from tests.support.repository import ROOT

FILE = ROOT / "deploy" / "pgbouncer" / "pgbouncer.ini"
# The first with prepared statements in transaction pooling.
LEAST_VERSION = (1, 21)
# `make pooled`: every test that uses the database reaches it through PgBouncer.
THROUGH_PGBOUNCER = os.environ.get("THROUGH_PGBOUNCER") == "yes"
_direct_urls: dict[str, str] = {}


def pgbouncer() -> str | None:
    """The installed program, when it is recent enough."""
    path = program("pgbouncer")
    if path is None:
        return None
    done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10)
    major, minor = re.findall(r"\d+", done.stdout)[:2]
    return path if (int(major), int(minor)) >= LEAST_VERSION else None


@contextmanager
def pooler(embedded: Any, path: str, role: str, pool_size: int) -> Iterator[Pooler]:
    """The documented PgBouncer at `path`, in front of the embedded server, for one role."""
    with TemporaryDirectory(prefix="compte-formation-pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        [host] = parse_qs(urlsplit(embedded.get_uri()).query)["host"]
        port = free_port()
        # It refuses to run as root.
        account = f"user = {embedded.system_user}" if embedded.system_user else ""
        users, configuration = folder / "userlist.txt", folder / "pgbouncer.ini"
        users.write_text(f'"{role}" ""\n')
        configuration.write_text(
            changed(
                FILE.read_text("utf-8"),
                {
                    "compte = host=db.compte.example port=5432 dbname=compte\n": (
                        f"* = host={unquote(host)}\n"
                    ),
                    "listen_port = 6432": f"listen_port = {port}",
                    "auth_type = scram-sha-256": f"auth_type = trust\n{account}",
                    "/etc/pgbouncer/userlist.txt": str(users),
                    "server_tls_sslmode = verify-full": "server_tls_sslmode = disable",
                    "default_pool_size = 20": f"default_pool_size = {pool_size}",
                },
            )
        )
        log = folder / "log"
        with log.open("w") as out, subprocess.Popen([path, configuration], stderr=out) as process:
            try:
                while not _accepts(port):
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.03)
                yield Pooler(port, role)
                assert process.poll() is None, log.read_text()
            finally:
                process.terminate()
                process.wait(10)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


class Pooler:
    """A running PgBouncer."""

    def __init__(self, port: int, role: str) -> None:
        self._address = f"postgresql://{role}@127.0.0.1:{port}"

    def url(self, database_url: str) -> str:
        """The URL of a database through it."""
        pooled = f"{self._address}{urlsplit(database_url).path}"
        _direct_urls[pooled] = database_url
        return pooled


def direct(url: str) -> str | None:
    """The URL past the pooler for one that leads through it, else None."""
    return _direct_urls.get(url)
