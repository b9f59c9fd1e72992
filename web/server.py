"""The production server: Granian around the application, and its metrics on a loopback port."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from starlette.applications import Starlette

from web.core.processes import end_with_parent
from web.settings import Settings

FINISH_SECONDS = 10
BACKLOG = 1024
HEADER_BYTES = 32 * 1024
HEADER_SECONDS = 10


def application() -> Starlette:
    """What each server process loads; it never outlives the one that started it."""
    from web.app import production_app

    end_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        sys.exit(1)
    return production_app()


def run_server(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; what is in flight then has ten seconds to finish."""
    host, _, port = settings.bind.rpartition(":")
    with tempfile.TemporaryDirectory(prefix="compte-formation-") as folder:
        # Read by prometheus-client when the server's processes import it.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from web.core.metrics_server import start_metrics

        start_metrics(settings)
        Granian(
            "web.server:application",
            address=host.strip("[]"),
            port=int(port),
            interface=Interfaces.ASGI,
            factory=True,
            workers=settings.workers,
            backlog=BACKLOG,
            websockets=False,
            log_access=False,
            log_level="warning",  # type: ignore[arg-type]
            respawn_failed_workers=True,
            workers_kill_timeout=FINISH_SECONDS,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES
            ),
        ).serve()
