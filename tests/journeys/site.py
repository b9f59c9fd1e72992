"""The whole site, its processes started as in production, and the mails it sends."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from tests.support.db.roles import ADMINISTRATOR, as_role
from tests.support.programs.ports import free_port
from tests.support.programs.processes import VERIFY_TLS
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.repository import ROOT
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.people import Person
from web.core.mail.outgoing import MAIL_JOB
from web.core.runtime import Runtime, build_runtime
from web.demo.catcher import start_catcher
from web.settings import load_settings

WEB = (sys.executable, "-m", "web")
READY_SECONDS = 90
STOP_SECONDS = 30
SECRET = "a secret for journeys, of the right length"
PATIENCE_SECONDS = 15
ACTIVATION = re.compile(r"https?://[^\s/]+(/activation/[A-Za-z0-9_-]{43})")
INVITATION = re.compile(r"https?://[^\s/]+(/professionnels/mot-de-passe/[A-Za-z0-9_-]{43})")
NEW_PASSWORD = re.compile(r"https?://[^\s/]+(/mot-de-passe/[A-Za-z0-9_-]{43})")
EMAIL_CHANGE = re.compile(r"https?://[^\s/]+(/courriel/[A-Za-z0-9_-]{43})")


def program(*names: str) -> str:
    """The path of the first of these programs that is installed; fails when none is."""
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, f"The program {names[0]} is missing: `sudo apt-get install {names[0]}`."
    return found


class Site:
    """A running site: its address, its sent mails, its database."""

    def __init__(self, url: str, environment: dict[str, str], mails: Path) -> None:
        self.url = url
        self._environment = environment
        self._mails = mails
        # Recipient and plain text of each mail read so far; a caught file never changes.
        self._read: dict[Path, tuple[str, str]] = {}

    def mails_to(self, address: str) -> list[str]:
        """The plain text of each mail to an address, oldest first."""
        for path in self._mails.glob("[0-9]*.eml"):
            if path not in self._read:
                self._read[path] = _recipient_and_text(path)
        return [text for _, (to, text) in sorted(self._read.items()) if address in to]

    async def link_mailed_to(
        self, address: str, number: int = 1, link: re.Pattern[str] = ACTIVATION
    ) -> str:
        """The path of the nth link of a kind mailed to an address, once it has arrived."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := self._links_to(address, link)) < number:
            assert time.monotonic() < deadline, f"link {number} to {address} never came"
            await asyncio.sleep(0.02)
        return found[number - 1]

    def _links_to(self, address: str, link: re.Pattern[str]) -> list[str]:
        return [one for text in self.mails_to(address) for one in link.findall(text)]

    async def open_account(self, person: Person) -> UUID:
        """Open an account without the registration; return its id."""
        async with self.runtime() as runtime:
            return await open_account(runtime, person)

    @asynccontextmanager
    async def runtime(self) -> AsyncIterator[Runtime]:
        """The runtime of this site, for set-up that would take long through screens."""
        settings = {name.lower(): value for name, value in self._environment.items()}
        runtime = build_runtime(load_settings(**settings))
        await runtime.db.connect()
        try:
            yield runtime
        finally:
            await runtime.db.disconnect()
            runtime.passwords.close()

    async def sql(self, statement: str, *arguments: Any) -> Any:
        """Run one statement as administrator; return the first column of the first row, if any."""
        connection = await asyncpg.connect(
            as_role(self._environment["DATABASE_URL"], ADMINISTRATOR)
        )
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    async def set_mail(self, subject_id: UUID, changes: str) -> None:
        """Force a mail into a state, its job not due: the worker leaves it alone."""
        await self.sql(
            """
            INSERT INTO pgqueuer (priority, status, entrypoint, payload, execute_after)
            SELECT 0, 'queued', $2, uuid_send(mail.id), now() + interval '1 day'
            FROM mail WHERE subject_id = $1
            """,
            subject_id,
            MAIL_JOB,
        )
        await self.sql(f"UPDATE mail SET {changes} WHERE subject_id = $1", subject_id)

    async def command(self, *arguments: str) -> None:
        """Run `python -m web …` as an operator of this site."""
        process = await asyncio.create_subprocess_exec(
            *WEB, *arguments, env=self._environment, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()


def _recipient_and_text(path: Path) -> tuple[str, str]:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["To"]), body.get_content()


@contextmanager
def running_site(database_url: str, folder: Path) -> Iterator[Site]:
    """Start the server and the worker; stop them as an operator would."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        mails = folder / "courriels"
        catcher = start_catcher(mails)
        stack.callback(catcher.stop)
        environment = {
            **os.environ,
            "PYTHONFAULTHANDLER": "1",
            "ENVIRONMENT": "demo",
            "DATABASE_URL": database_url,
            "SMTP_URL": f"smtp://127.0.0.1:{catcher.port}",
            "MAIL_FROM": "ne-pas-repondre@compte-formation.example",
            "CONTACT_TO": "contact@compte-formation.example",
            "PUBLIC_URL": url,
            "BIND": f"127.0.0.1:{port}",
            "METRICS_BIND": f"127.0.0.1:{free_port()}",
            "DEMO_MAIL_DIR": str(mails),
            "SECRET_KEY": SECRET,
            "NIR_KEYS": "test1:" + base64.b64encode(b"k" * 32).decode(),
            "ARGON2_MEMORY_KIB": "64",
            "ARGON2_TIME": "1",
            "CAPTCHA_TEST_ANSWER": CAPTCHA_ANSWER,
        }
        processes = {
            command: stack.enter_context(_process(command, environment, folder))
            for command in ("worker", "serve")
        }
        _wait_until_ready(url, processes, folder)
        yield Site(url, environment, mails)
        _stop(processes, folder)


@contextmanager
def _process(
    command: str, environment: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with (
        (folder / f"{command}.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "web.demo.child", str(os.getpid()), command],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def _wait_until_ready(
    url: str, processes: dict[str, subprocess.Popen[bytes]], folder: Path
) -> None:
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(timeout=2, verify=VERIFY_TLS) as http:
        while time.monotonic() < deadline:
            for command, process in processes.items():
                assert process.poll() is None, _log(folder, command)
            try:
                if http.get(f"{url}/sante/pret").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
    raise AssertionError(f"the site is not ready after {READY_SECONDS} s: {_log(folder, 'serve')}")


def _stop(processes: dict[str, subprocess.Popen[bytes]], folder: Path) -> None:
    for process in processes.values():
        process.send_signal(signal.SIGTERM)
    for command, process in processes.items():
        try:
            status = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Python then dumps the stack of each of its threads.
            process.send_signal(signal.SIGABRT)
            status = process.wait()
        assert status == 0, f"{command} ended with {status}: {_log(folder, command)}"


def _log(folder: Path, command: str) -> str:
    return (folder / f"{command}.log").read_text(errors="replace")[-2000:]
