"""`make run`: start and stop a database, a mail catcher, a worker and the site together."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from web.core.db import migrations
from web.core.db.embedded import application_url, create_database, start_embedded
from web.demo.catcher import start_catcher
from web.demo.samples import fill_catalogue, ready_people
from web.grants import grant_to

READY_SECONDS = 30
STOP_SECONDS = 12
DATABASE = "compte_formation"
APPLICATION = "compte_application"
TAKEN = (
    "Le port {port} est déjà utilisé sur cette machine\u00a0: arrêtez le programme qui l’utilise, "
    "ou donnez un autre port avec --port.\n"
)
NOT_STARTED = "Le site n’a pas démarré\u00a0: la raison est dans les messages ci-dessus.\n"
STOPPED = (
    "Un des programmes s’est arrêté de lui-même\u00a0: la raison est dans les messages ci-dessus. "
    "Tout est arrêté.\n"
)


def run_demo(data: Path, port: int) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit status."""
    if _is_taken(port):
        # A second server could bind the same port: each would get some of the requests.
        sys.stderr.write(TAKEN.format(port=port))
        return 1
    stopped_by: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: stopped_by.append(received))
    data.mkdir(parents=True, exist_ok=True)
    server = start_embedded(data / "postgres")
    catcher = start_catcher(data / "courriels")
    processes: list[subprocess.Popen[bytes]] = []
    try:
        environment = _environment(data, port, _ready_database(server), catcher.port)
        fill_catalogue(environment["DATABASE_URL"])
        logins = ready_people(environment)
        processes = [_start(command, environment) for command in ("worker", "serve")]
        if not _wait_until_ready(port, processes, stopped_by):
            if stopped_by:
                return 0
            sys.stderr.write(NOT_STARTED)
            return 1
        _say_where_to_look(port, logins)
        while not stopped_by:
            if any(process.poll() is not None for process in processes):
                sys.stderr.write(STOPPED)
                return 1
            time.sleep(0.2)
        return 0
    finally:
        _stop(processes)
        catcher.stop()
        server.cleanup()


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ready_database(server) -> str:  # type: ignore[no-untyped-def]
    """Create and migrate the database as its owner; return the URL for the application's role."""
    create_database(server, DATABASE)
    owner_url = str(server.get_uri(DATABASE))
    migrations.upgrade(owner_url)
    url = application_url(server, DATABASE, APPLICATION)
    asyncio.run(grant_to(owner_url, APPLICATION))
    return url


def _environment(data: Path, port: int, database_url: str, smtp_port: int) -> dict[str, str]:
    url = f"http://127.0.0.1:{port}"
    return {
        # Of another database: the demonstration has no replica.
        **{name: value for name, value in os.environ.items() if name != "READ_DATABASE_URL"},
        "ENVIRONMENT": "demo",
        "DATABASE_URL": database_url,
        "DIRECT_DATABASE_URL": database_url,
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MAIL_FROM": "ne-pas-repondre@compte-formation.example",
        "CONTACT_TO": "contact@compte-formation.example",
        "PUBLIC_URL": url,
        "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{port + 1464}",
        "DEMO_MAIL_DIR": str((data / "courriels").resolve()),
        "LOG_FORMAT": "console",
        **_secrets(data / "secrets.json"),
    }


def _secrets(path: Path) -> Mapping[str, str]:
    """Return the data folder's secrets, generated once so that its data stays readable."""
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "NIR_KEYS": "demo1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))
    kept: dict[str, str] = json.loads(path.read_text())
    return kept


def _start(command: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # Own session: Ctrl-C reaches only the launcher, which then stops the others in order.
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "web.demo.child", str(os.getpid()), command],
        env=dict(environment),
        start_new_session=True,
    )


def _wait_until_ready(
    port: int, processes: list[subprocess.Popen[bytes]], stopped_by: list[int]
) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stopped_by:
        if any(process.poll() is not None for process in processes):
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/pret", timeout=2):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def _say_where_to_look(port: int, logins: Sequence[str]) -> None:
    url = f"http://127.0.0.1:{port}"
    sys.stdout.write(
        f"\n{'Le site':<22}{url}\n"
        f"{'Les courriels envoyés':<22}{url}/demo/courriels\n"
        f"{'Les composants':<22}{url}/demo/composants\n"
        "\nPour essayer : inscrivez-vous avec un numéro fictif, par exemple 2 85 05 99 990 001,\n"
        "et n’importe quelle adresse : aucun courriel ne sort de cette machine.\n"
        f"\n{'Espace Titulaire':<22}{url}/connexion\n"
        f"{'Espace professionnel':<22}{url}/professionnels\n"
        + "".join(f"{line}\n" for line in logins)
        + "\n"
        "Ctrl-C arrête tout.\n\n"
    )
    sys.stdout.flush()


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
