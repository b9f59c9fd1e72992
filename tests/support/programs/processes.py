"""The real programs, started as an operator starts them, and killed abruptly."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import psutil

from tests.support.db.roles import ADMINISTRATOR, as_role
from tests.support.http.client import Client
from tests.support.programs.ports import free_port
from tests.support.programs.settings import DEFAULTS, with_direct_url
from tests.support.repository import ROOT
from web.core.ops.watchdog import STANDSTILL_SECONDS

READY_SECONDS = 40
STOP_SECONDS = 20
WORKERS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'compte-formation worker'"
MAILS_ARE_SETTLED = "SELECT NOT EXISTS (SELECT FROM mail WHERE status IN ('queued', 'retrying'))"
# The last two configure libfaketime: every process of a run sees the same day.
INHERITED = ("PATH", "HOME", "TZ", "LD_PRELOAD", "FAKETIME")
# Programs under test speak plain HTTP; verification would load all root certificates per client.
VERIFY_TLS = False
FULL = os.environ.get("FAULTS") == "full"
T = TypeVar("T")


def inherited() -> dict[str, str]:
    """The environment that a program inherits: no settings, the same clock."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def volume(small: T, full: T) -> T:
    """The small number of repetitions by default, the full one when FAULTS=full."""
    return full if FULL else small


async def until(
    happened: Callable[[], Awaitable[Any]], what: str, seconds: float = READY_SECONDS
) -> Any:
    """Wait, for a limited time, until the result is true; return it."""
    deadline = time.monotonic() + seconds
    while not (value := await happened()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        await asyncio.sleep(0.03)
    return value


class Program:
    """`python -m web COMMAND`, with its settings in the environment."""

    def __init__(self, *command: str, **settings: Any) -> None:
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the program
        named = {name.upper(): str(value) for name, value in settings.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web", *command],
            env={**inherited(), **named},
            cwd=ROOT,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @property
    def output(self) -> str:
        """Its output so far."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def family(self) -> list[psutil.Process]:
        """The program's processes, the main one first."""
        if not self.is_running:
            return []
        try:
            own = psutil.Process(self.process.pid)
            return [own, *own.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def catches(self, number: signal.Signals) -> bool:
        """Return whether its main process handles a signal, where Linux shows it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (number - 1) & 1)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    async def ended(self, seconds: float = STOP_SECONDS) -> int:
        """Its exit status, once it has exited on its own."""

        async def is_over() -> bool:
            return not self.is_running

        await until(is_over, "the end of the program", seconds)
        return int(self.process.returncode)

    async def kill(self) -> None:
        """Send `kill -9` to the main process; its children must exit too."""
        family = self.family()
        self.process.kill()
        self.process.wait()

        async def all_gone() -> bool:
            return not [one for one in family if _is_alive(one)]

        # A deadlocked exit is ended by the program's own timer (web.core.ops.watchdog).
        try:
            await until(all_gone, "the end of the processes it started", 2 * STANDSTILL_SECONDS)
        except AssertionError:
            # The timer waits on a clock that libfaketime does not follow: on other days it never
            # fires, and what it would end is ended here.
            if "FAKETIME" not in os.environ:
                raise
            for one in family:
                with suppress(psutil.NoSuchProcess):
                    one.kill()

    def clean_up(self) -> None:
        """End all remaining processes."""
        for one in self.family():
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait()
        self.log.close()


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Machines:
    """Programs that share one database; each server has its own port."""

    def __init__(self, database_url: str, smtp_port: int = 1, **settings: Any) -> None:
        self.database_url = database_url
        # Statements of the tests themselves, which the program's role may not run.
        self.administrator_url = as_role(database_url, ADMINISTRATOR)
        self.smtp_port = smtp_port
        self.port = free_port()
        self._settings = settings
        self._programs: list[Program] = []
        self._clients: list[RemoteClient] = []
        self._connection: asyncpg.Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def url(self) -> str:
        """The address of the site: PUBLIC_URL, and the first server."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, port: int | None = None, **settings: Any) -> Program:
        """Start a server and wait until it is ready."""
        port = port or self.port
        program = self.start("serve", **{"bind": f"127.0.0.1:{port}", **settings})
        url = f"http://127.0.0.1:{port}/sante/pret"

        async def is_ready() -> bool:
            assert program.is_running, program.output
            try:
                return (await http.get(url)).status_code == 200
            except httpx.TransportError:
                return False

        async with httpx.AsyncClient(timeout=2, verify=VERIFY_TLS) as http:
            await until(is_ready, "the server")
        return program

    async def work(self) -> Program:
        """Start a worker and wait until it listens to the queue."""
        before = set(await self.rows(WORKERS))
        program = self.start("worker")

        async def is_ready() -> bool:
            assert program.is_running, program.output
            return bool(set(await self.rows(WORKERS)) - before)

        await until(is_ready, "the worker")
        return program

    async def sql(self, statement: str, *arguments: Any) -> Any:
        """Run one statement; return the first column of the first row, if any."""
        [first, *_] = await self.rows(statement, *arguments) or [[None]]
        return first[0]

    async def rows(self, statement: str, *arguments: Any) -> list[Any]:
        """Run one query on a connection kept open, for polling every 30 ms."""
        async with self._one_at_a_time:
            if self._connection is None:
                self._connection = await asyncpg.connect(self.administrator_url)
            return list(await self._connection.fetch(statement, *arguments))

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A separate connection."""
        connection = await asyncpg.connect(self.administrator_url)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)

    def client(self, port: int | None = None) -> RemoteClient:
        """A separate browser, at a separate address."""
        one = RemoteClient(f"http://127.0.0.1:{port or self.port}", len(self._clients))
        self._clients.append(one)
        return one

    async def mails_settled(self, seconds: float = 60) -> None:
        """Wait until every mail is sent or held."""
        await until(lambda: self.sql(MAILS_ARE_SETTLED), "all mails sent or held", seconds)

    async def delays_pass(self) -> None:
        """End all delays: of postponed jobs and of a dead worker's heartbeats."""
        await self.sql("UPDATE pgqueuer SET execute_after = now() WHERE status = 'queued'")
        await self.sql("UPDATE pgqueuer SET heartbeat = now() - interval '1 hour'")

    def memory(self) -> int:
        """The memory of all programs, in bytes; pages that they share count for each."""
        return sum(one.memory_info().rss for program in self._programs for one in program.family())

    def cut_off(self) -> None:
        """Close the tests' own connection, whose server may no longer answer."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def clean_up(self) -> None:
        for client in self._clients:
            await client.http.aclose()
        for program in self._programs:
            program.clean_up()
        if self._connection is not None:
            await self._connection.close(timeout=5)

    def start(self, command: str, **settings: Any) -> Program:
        """Start a program with these settings; it may not be ready yet."""
        program = Program(
            command,
            **with_direct_url(
                {
                    **DEFAULTS,
                    "public_url": self.url,
                    "database_url": self.database_url,
                    "smtp_url": f"smtp://127.0.0.1:{self.smtp_port}",
                    "trusted_proxies": "127.0.0.0/8",
                    # The usual ports may be those of a site that runs on this machine.
                    "bind": f"127.0.0.1:{self.port}",
                    "metrics_bind": "127.0.0.1:0",
                    **self._settings,
                    **settings,
                }
            ),
        )
        self._programs.append(program)
        return program


class RemoteClient(Client):
    """The auditing browser, over real HTTP."""

    def __init__(self, url: str, number: int = 0) -> None:
        self.http = httpx.AsyncClient(
            base_url=url,
            timeout=20,
            verify=VERIFY_TLS,
            headers={
                "Sec-Fetch-Site": "same-origin",
                "Accept-Encoding": "identity",
                # Limits count the /24 around an address: nobody has a neighbour there.
                "X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.1",
            },
        )
