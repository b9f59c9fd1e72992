"""The production server: Granian around the application, and its metrics on a loopback port."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer
from starlette.types import ASGIApp

from web.core.headers import nameless
from web.core.processes import end_at_once_when_told_early, end_with_parent
from web.core.streams import make_streams_forgiving
from web.setting_rules import host_of
from web.settings import Settings

FINISH_SECONDS = 10
BACKLOG = 4096
HEADER_BYTES = 32 * 1024
# Open connections of one process, silent ones included: a few kilobytes each, HEADER_BYTES at most
# until a head is whole. Past that many, the others wait to be accepted.
MOST_CONNECTIONS = 8_192
# Files that are no such connection: the database's, the libraries', the logs.
OTHER_FILES = 256
LEAST_CONNECTIONS = 128
MOMENT_SECONDS = 0.1
NO_FOLDER = (
    "Le réglage TMPDIR doit désigner un dossier où l’on peut écrire, pour les compteurs de "
    "/metrics.\n"
)
EXIT_BAD_SETTINGS = 2


def application() -> ASGIApp:
    """What each server process loads; it never outlives the one that started it."""
    from web.app import production_app

    make_streams_forgiving()
    end_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        sys.exit(1)
    return nameless(production_app())


def run_server(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; what is in flight then has ten seconds to finish."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="compte-formation-")
    except OSError:
        sys.stderr.write(NO_FOLDER)
        sys.exit(EXIT_BAD_SETTINGS)
    with folder as path:
        # Read by prometheus-client when the server's processes import it.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = path
        from web.core.metrics_server import start_metrics

        start_metrics(settings)
        end_at_once_when_told_early()
        server = _server(settings, connections=_most_connections())
        server.main_loop_interrupt = _Interrupt()  # type: ignore[assignment]
        server.serve()


def _server(settings: Settings, *, connections: int) -> AbstractServer[Any]:
    return Granian(
        "web.server:application",
        address=host_of(settings.bind),
        port=int(settings.bind.rpartition(":")[2]),
        interface=Interfaces.ASGI,
        factory=True,
        workers=settings.workers,
        # Nothing here needs HTTP/2, whose connections could stay silent for ever.
        http=HTTPModes.http1,
        backlog=BACKLOG,
        backpressure=connections,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=FINISH_SECONDS,
        http1_settings=HTTP1Settings(
            # From the connection, or from the answer before, to the end of the next head.
            header_read_timeout=settings.keep_alive * 1000,
            max_buffer_size=HEADER_BYTES,
        ),
    )


def _most_connections() -> int:
    """Return how many connections a process may hold, and raise its limit of files to fit them.

    Past its limit of files, a server could accept nothing, and would try without a pause.
    """
    wanted = MOST_CONNECTIONS + OTHER_FILES
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY:
        wanted = min(wanted, most)
    if files != resource.RLIM_INFINITY and files < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
        except (OSError, ValueError):
            wanted = files
    return max(LEAST_CONNECTIONS, wanted - OTHER_FILES)


class _Interrupt:
    """What Granian's main loop waits for, without a lock.

    Its own threading.Event misses a signal that the system gives to another thread, and a signal's
    handler that sets it while the main thread holds its lock waits for itself.
    """

    def __init__(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        """Return whether there is something to look at."""
        return self._is_set

    def set(self) -> None:
        """Have the main loop look, within a moment."""
        self._is_set = True

    def clear(self) -> None:
        """It looked."""
        self._is_set = False

    def wait(self) -> None:
        """Return once there is something to look at. Signals are handled between two moments."""
        while not self._is_set:
            time.sleep(MOMENT_SECONDS)
