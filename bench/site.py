"""The real services, started for a run: PostgreSQL, a mail catcher, a worker, servers."""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from web.core.db import migrations
from web.core.db.embedded import start_embedded
from web.demo.catcher import start_catcher

READY_SECONDS = 20


@dataclass
class Site:
    """The environment, database and mail folder of a running site, and the ids of its processes."""

    environment: dict[str, str]
    database_url: str
    mails: Path
    worker: int
    postgres: int


def free_port() -> int:
    """Return an unused port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running_site() -> Iterator[Site]:
    """Start a migrated database, a mail catcher and a worker; stop them at the end."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = start_embedded(Path(folder) / "pg")
        server.psql("CREATE DATABASE bench")
        url = server.get_uri("bench")
        migrations.upgrade(url)
        catcher = start_catcher(Path(folder) / "mails")
        environment = {
            **os.environ,
            "ENVIRONMENT": "test",
            "DATABASE_URL": url,
            "SMTP_URL": f"smtp://127.0.0.1:{catcher.port}",
            "MAIL_FROM": "a@compte-formation.example",
            "CONTACT_TO": "b@compte-formation.example",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "NIR_KEYS": "b1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "CAPTCHA_TEST_ANSWER": "robot",
            "TRUSTED_PROXIES": "127.0.0.1/32",
            "PUBLIC_URL": "http://127.0.0.1",
        }
        worker = subprocess.Popen(
            [sys.executable, "-m", "web", "worker"], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            postgres = int((Path(folder) / "pg" / "postmaster.pid").read_text().splitlines()[0])
            yield Site(environment, url, Path(folder) / "mails", worker.pid, postgres)
        finally:
            worker.terminate()
            worker.wait()
            catcher.stop()
            server.cleanup()


@contextmanager
def serving(site: Site, workers: int = 1) -> Iterator[tuple[int, int]]:
    """Run the server on a free port; yield the port and the process id."""
    port = free_port()
    environment = {
        **site.environment,
        "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{free_port()}",
        "WORKERS": str(workers),
    }
    command = [sys.executable, "-m", "web", "serve"]
    with _process(command, environment, f"http://127.0.0.1:{port}/sante/pret") as process_id:
        yield port, process_id


@contextmanager
def serving_bare(site: Site) -> Iterator[int]:
    """Run the yardstick on a free port; yield the port."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    command += ["--no-access-log", "--port", str(port), "bench.bare:make"]
    with _process(command, site.environment, f"http://127.0.0.1:{port}/nothing"):
        yield port


@contextmanager
def _process(command: list[str], environment: dict[str, str], url: str) -> Iterator[int]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(url)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"{url} did not answer")
