"""`kill -9` of everything between any two steps; two servers and two workers on one database."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import httpx
import pytest

from tests.support.client import Page
from tests.support.people import Person
from tests.support.settings import CAPTCHA_ANSWER
from web.demo.catcher import start_catcher

pytestmark = pytest.mark.faults
LINK = re.compile(r"http://[^\s/]+(/activation/[A-Za-z0-9_-]{43})")
READY_SECONDS = 20
# A dead worker's mail is picked up when its heartbeat has been missing for twenty seconds.
MAIL_SECONDS = 45
ROOT = Path(__file__).resolve().parents[2]


class Parts:
    """Servers and workers as processes; killed and started at will."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.catcher = start_catcher(folder / "mails")
        self._mails = folder / "mails"
        self._processes: list[subprocess.Popen[bytes]] = []
        self.ports: list[int] = []
        self._environment = {
            **os.environ,
            "ENVIRONMENT": "test",
            "DATABASE_URL": database_url,
            "SMTP_URL": f"smtp://127.0.0.1:{self.catcher.port}",
            "MAIL_FROM": "ne-pas-repondre@compte-formation.example",
            "CONTACT_TO": "contact@compte-formation.example",
            "PUBLIC_URL": "http://127.0.0.1",
            "SECRET_KEY": "a secret for faults, of the right length",
            "NIR_KEYS": "test1:" + base64.b64encode(b"k" * 32).decode(),
            "ARGON2_MEMORY_KIB": "64",
            "ARGON2_TIME": "1",
            "CAPTCHA_TEST_ANSWER": CAPTCHA_ANSWER,
        }

    async def start(self, servers: int = 1, workers: int = 1) -> None:
        """Start so many of each, and wait until the servers are ready."""
        self.ports = [_free_port() for _ in range(servers)]
        for port in self.ports:
            listening = {"BIND": f"127.0.0.1:{port}", "METRICS_BIND": f"127.0.0.1:{_free_port()}"}
            self._launch("serve", listening)
        for _ in range(workers):
            self._launch("worker", {})
        async with httpx.AsyncClient() as client:
            for port in self.ports:
                await _until_ready(client, f"http://127.0.0.1:{port}/sante/pret")

    def kill(self) -> None:
        """Nobody gets to say goodbye."""
        for process in self._processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._processes = []

    async def mails_to(self, address: str, count: int) -> list[str]:
        """The mails caught for an address, once there are so many."""
        deadline = time.monotonic() + MAIL_SECONDS
        while True:
            found = [text for to, text in self._caught() if to == address]
            if len(found) >= count:
                return found
            assert time.monotonic() < deadline, f"{len(found)} mails to {address}"
            await asyncio.sleep(0.1)

    def _caught(self) -> list[tuple[str, str]]:
        mails = []
        for path in sorted(self._mails.glob("[0-9]*.eml")):
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            body = message.get_body(("plain",))
            assert body is not None
            mails.append((str(message["To"]), body.get_content()))
        return mails

    def _launch(self, command: str, more: dict[str, str]) -> None:
        self._processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "web", command],
                env={**self._environment, **more},
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )


class Walker:
    """Someone with one cookie jar, whichever server answers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._turn = 0
        self._cookies = httpx.Cookies()

    async def get(self, path: str) -> Page:
        """Open an address on the next server."""
        return await self._ask("GET", path, {})

    async def submit(self, page: Page, fields: dict[str, str] | None = None) -> Page:
        """Send the page's first form to the next server."""
        target = page.form().get("action") or page.url
        return await self._ask("POST", target, {**page.values(), **(fields or {})})

    async def _ask(self, method: str, path: str, fields: dict[str, str]) -> Page:
        self._turn += 1
        port = self._parts.ports[self._turn % len(self._parts.ports)]
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}",
            cookies=self._cookies,
            headers={"Sec-Fetch-Site": "same-origin"},
            follow_redirects=True,
        ) as client:
            response = await client.request(method, path, data=fields or None)
            self._cookies = client.cookies
        return Page(response)


@pytest.fixture
async def parts(database_url: str, tmp_path: Path) -> AsyncIterator[Parts]:
    """Nothing runs yet but the mail catcher."""
    one = Parts(database_url, tmp_path)
    yield one
    one.kill()
    one.catcher.stop()


async def test_killed_between_any_two_steps_the_person_goes_on_and_gets_one_mail(
    parts: Parts,
) -> None:
    person = Person()
    walker = Walker(parts)
    passwords = {"password": person.password, "password_confirmation": person.password}
    await parts.start()

    async def all_die() -> None:
        parts.kill()
        await parts.start()

    await walker.submit(await walker.get("/inscription/conditions"), {"accepted": "y"})
    await all_die()
    page = await walker.get("/inscription/identite")
    await all_die()
    await walker.submit(page, person.identity())
    await all_die()
    page = await walker.submit(await walker.get("/inscription/mot-de-passe"), passwords)
    assert page.url == "/inscription/validation"
    await all_die()
    page = await walker.submit(await walker.get("/inscription/validation"))
    await all_die()
    page = await walker.get("/inscription/courriel")
    assert "Vous allez recevoir un courriel" in page.text
    link = LINK.search((await parts.mails_to(person.email, 1))[0])
    assert link is not None
    await all_die()
    page = await walker.submit(await walker.get(link[1]))
    assert "Votre compte a bien été activé." in page.text
    await all_die()
    login = {"nir": person.nir, "password": person.password}
    page = await walker.submit(await walker.get("/connexion"), login)
    await all_die()
    page = await walker.submit(await walker.get("/espace/heures"), {"dif": "80"})
    await all_die()
    assert "80 h" in (await walker.get("/espace")).text
    assert len(await parts.mails_to(person.email, 1)) == 1


async def test_two_servers_and_two_workers_share_one_database(parts: Parts) -> None:
    await parts.start(servers=2, workers=2)

    async def register(person: Person) -> None:
        walker = Walker(parts)
        page = await walker.submit(await walker.get("/inscription/conditions"), {"accepted": "y"})
        page = await walker.submit(page, person.identity())
        passwords = {"password": person.password, "password_confirmation": person.password}
        page = await walker.submit(page, passwords)
        await walker.submit(page)
        link = LINK.search((await parts.mails_to(person.email, 1))[0])
        assert link is not None
        page = await walker.submit(await walker.get(link[1]))
        login = {"nir": person.nir, "password": person.password}
        page = await walker.submit(page, login)
        assert page.url == "/espace"

    people = [Person() for _ in range(12)]
    await asyncio.gather(*(register(person) for person in people))
    for person in people:
        assert len(await parts.mails_to(person.email, 1)) == 1


async def _until_ready(client: httpx.AsyncClient, url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if (await client.get(url)).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.05)
    raise AssertionError(f"{url} is not ready")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
