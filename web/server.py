"""The production server: Granian, with metrics on a loopback port."""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import AbstractServer
from starlette.types import ASGIApp

from web.core.cli.streams import make_streams_forgiving
from web.core.crypto.argon2_build import WrongBuildError, check_argon2
from web.core.http.headers import without_server_header
from web.core.ops.processes import end_with_parent, use_default_sigterm_in_children
from web.settings import Settings
from web.settings.values import parse_host

if TYPE_CHECKING:
    from web.app import Extension

FINISH_SECONDS = 10
BACKLOG = 4096
HEADER_BYTES = 32 * 1024
# Open connections of one process, idle ones included: a few kilobytes each, HEADER_BYTES at most
# until a request head is complete. Beyond that, new connections wait in the backlog.
MOST_CONNECTIONS = 8_192
# File descriptors of the database, libraries and logs.
OTHER_FILES = 256
LEAST_CONNECTIONS = 128
MOMENT_SECONDS = 0.1
NO_FOLDER = (
    "Le réglage TMPDIR doit désigner un dossier où l’on peut écrire, pour les compteurs de "
    "/metrics.\n"
)
EXIT_BAD_BUILD, EXIT_BAD_SETTINGS = 1, 2


def application(extend: Callable[[Settings], Extension] | None = None) -> ASGIApp:
    """Build the application of a server process, which never outlives its parent.

    See server_app.
    """
    from web.app import server_app

    make_streams_forgiving()
    end_with_parent()
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():
        sys.exit(1)
    return without_server_header(server_app(extend))


def run_server(settings: Settings, *, target: str = "web.server:application") -> None:
    """Serve until SIGTERM or SIGINT; requests in flight then have ten seconds to finish.

    `target` is the factory of the application, `module:function`, loaded by each server process.
    """
    try:
        check_argon2()
    except WrongBuildError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(EXIT_BAD_BUILD)
    try:
        folder = tempfile.TemporaryDirectory(prefix="compte-formation-")
    except OSError:
        sys.stderr.write(NO_FOLDER)
        sys.exit(EXIT_BAD_SETTINGS)
    with folder as path:
        # Read by prometheus-client on import, in the server's processes.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = path
        from web.core.ops.metrics_server import start_metrics

        start_metrics(settings)
        use_default_sigterm_in_children()
        _load_to_share()
        server = _server(settings, target, connections=_max_connections())
        server.main_loop_interrupt = _Interrupt()  # type: ignore[assignment]
        server.serve()


def _load_to_share() -> None:
    """Load the application's modules and glyphs before the processes fork, which then share them.

    Where they are not forked (from Python 3.14 on), each loads its own. Frozen objects are not
    examined by the processes' collectors, which would write to them, and so copy them.
    """
    if multiprocessing.get_start_method() != "fork":
        return
    import web.app  # noqa: F401
    from web.captcha import alphabet, drawing

    drawing.trace_glyphs(alphabet.ALPHABET)
    gc.collect()
    gc.freeze()


def _server(settings: Settings, target: str, *, connections: int) -> AbstractServer[Any]:
    return Granian(
        target,
        address=parse_host(settings.bind),
        port=int(settings.bind.rpartition(":")[2]),
        interface=Interfaces.ASGI,
        factory=True,
        workers=settings.workers,
        # HTTP/2 is not needed, and its idle connections would never time out.
        http=HTTPModes.http1,
        backlog=BACKLOG,
        backpressure=connections,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=FINISH_SECONDS,
        http1_settings=HTTP1Settings(
            # From the connection, or the previous response, to the end of the next request head.
            header_read_timeout=settings.keep_alive * 1000,
            max_buffer_size=HEADER_BYTES,
        ),
    )


def _max_connections() -> int:
    """Return the maximum number of connections, raising RLIMIT_NOFILE to fit it if possible.

    At its limit of descriptors, a server could accept nothing and would retry in a busy loop.
    """
    wanted = MOST_CONNECTIONS + OTHER_FILES
    soft_limit, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard_limit != resource.RLIM_INFINITY:
        wanted = min(wanted, hard_limit)
    if soft_limit != resource.RLIM_INFINITY and soft_limit < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard_limit))
        except (OSError, ValueError):
            wanted = soft_limit
    return max(LEAST_CONNECTIONS, wanted - OTHER_FILES)


class _Interrupt:
    """A lock-free replacement for the event that Granian's main loop waits on.

    threading.Event misses a signal that the kernel delivers to another thread, and a signal handler
    that sets it while the main thread holds its lock deadlocks.
    """

    def __init__(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        """Return whether the event is set."""
        return self._is_set

    def set(self) -> None:
        """Wake the main loop within MOMENT_SECONDS."""
        self._is_set = True

    def clear(self) -> None:
        """Reset the event."""
        self._is_set = False

    def wait(self) -> None:
        """Wait until the event is set; signals are handled between two sleeps."""
        while not self._is_set:
            time.sleep(MOMENT_SECONDS)
