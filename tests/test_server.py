"""The server over real connections: its answers, timeouts and resilience."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import resource
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.programs.commands import run_command
from tests.support.programs.ports import free_port
from tests.support.programs.processes import VERIFY_TLS, Program, until
from tests.support.programs.settings import DEFAULTS
from tests.support.programs.sockets import all_closed

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
KEEP_ALIVE_SECONDS = 3
SILENT = 2_000
# Measured: 47 MiB; 12 when each process loads the application itself.
SHARED_KIB = 25 * 1024
# The usual limit of open files in a shell: fewer than the connections below.
USUAL_FILES = 1_024
SAID_AND_NO_MORE = [
    b"GET / HTTP/1.1\r\nHost: x\r\n",
    b"PRI * HT",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /sante/vivant HTTP/1.1\r\nHost: x\r\n\r\n",
]
POST = (
    b"POST /connexion HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


class Server:
    """A real server without its database, with a timeout of three seconds on silent connections."""

    def __init__(self) -> None:
        self.port, self.metrics_port = free_port(), free_port()
        self.program = Program(
            "serve",
            **{
                **DEFAULTS,
                "database_url": NOWHERE,
                "public_url": f"http://127.0.0.1:{self.port}",
                "bind": f"127.0.0.1:{self.port}",
                "metrics_bind": f"127.0.0.1:{self.metrics_port}",
                "keep_alive_seconds": KEEP_ALIVE_SECONDS,
                "captcha_test_answer": "",
            },
        )

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def answer(self, request: bytes) -> bytes:
        """Read until the server closes the connection."""
        with self.connect() as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=5, verify=VERIFY_TLS)

    def metrics(self) -> str:
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        return httpx.get(url, timeout=10, verify=VERIFY_TLS).text


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Started with a shell's limit of open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard >= 2 * SILENT, "these tests open thousands of connections: raise `ulimit -Hn`"
    resource.setrlimit(resource.RLIMIT_NOFILE, (USUAL_FILES, hard))
    one = Server()
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * SILENT), hard))
    try:
        asyncio.run(until(lambda: is_up(one), "the server"))
        yield one
    finally:
        one.program.clean_up()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def is_up(server: Server) -> bool:
    assert server.program.is_running, server.program.output
    try:
        return await asyncio.to_thread(server.get, "/sante/vivant") is not None
    except httpx.TransportError:
        return False


def test_the_processes_share_the_modules_loaded_before_them(server: Server) -> None:
    """Expect it only if Python forks them: from 3.14 on, each loads its own."""
    _, process = server.program.family()
    sizes = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    shared = re.search(r"^Shared_Dirty:\s+(\d+) kB", sizes, re.MULTILINE)
    assert shared
    is_forked = multiprocessing.get_start_method() == "fork"
    assert (int(shared[1]) > SHARED_KIB) is is_forked


def test_thousands_of_silent_connections_keep_no_page_from_coming_and_are_closed(
    server: Server,
) -> None:
    """15.2.2: more than one client can open, and none is held for long."""
    with ExitStack() as stack:
        silent = [stack.enter_context(server.connect()) for _ in range(SILENT)]
        opened = time.monotonic()
        page = server.get("/")

        assert page.status_code == 200
        assert time.monotonic() - opened < KEEP_ALIVE_SECONDS
        assert all_closed(silent, KEEP_ALIVE_SECONDS + 10)


def test_a_connection_that_says_no_more_is_closed(server: Server) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in SAID_AND_NO_MORE]
        for connection, said in zip(connections, SAID_AND_NO_MORE, strict=True):
            connection.sendall(said)

        assert all_closed(connections, KEEP_ALIVE_SECONDS + 10)


def test_http_2_is_not_spoken(server: Server) -> None:
    """Not needed, and its connections could be held open silently."""
    assert server.answer(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)) == b""


@pytest.mark.parametrize("path", ["/", "/nowhere", "/sante/pret", "/static/000000000000/site.css"])
def test_no_answer_names_the_server(server: Server, path: str) -> None:
    """13.4.6."""
    assert server.get(path).headers.get("server", "") == ""


@pytest.mark.parametrize(
    "chunk",
    [b"FFFFFFFFFFFFFFFF1\r\nabc\r\n0\r\n\r\n", b"-1\r\n", b"canary\r\n", b"3\r\nabcdef\r\n"],
    ids=lambda chunk: ascii(chunk)[:20],
)
def test_a_body_that_cannot_be_read_is_the_client_s_error(server: Server, chunk: bytes) -> None:
    """16.5: the error page is ours, and operators get no alert."""
    answer = server.answer(POST + chunk)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert "Compte Formation</title>" in answer.decode()
    assert b"granian" not in answer.lower()
    assert statuses_of_posts(server) == {"400"}


def statuses_of_posts(server: Server) -> set[str]:
    """The status counts; a request is counted shortly after its answer."""
    deadline = time.monotonic() + 10
    while True:
        text = server.metrics()
        counted = set(re.findall(r'web_requests_total\{method="POST",.*status="(\d+)"\}', text))
        if counted or time.monotonic() > deadline:
            return counted
        time.sleep(0.03)


@pytest.fixture
def no_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container with a read-only file system."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/proc/nowhere"])


@pytest.mark.usefixtures("no_temporary_folder")
def test_without_a_temporary_folder_the_server_says_which_setting_names_one() -> None:
    done = run_command("serve", **{**DEFAULTS, "database_url": NOWHERE})

    assert done.status == 2
    assert done.err.startswith("Le réglage TMPDIR doit désigner un dossier où l’on peut écrire")
    assert done.err.count("\n") == 1
