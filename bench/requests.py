"""Each kind of request by name: its rate, and the CPU time that it costs the site and PostgreSQL.

The names are those of the comparison with another application in docs/performance.md. Rates depend
on the machine and on this client, which shares its cores; CPU times do much less.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import psutil

from bench.http import Answer, Visitor
from bench.people import PASSWORD, nir_of
from bench.site import Site, serving
from bench.visits import (
    SECONDS,
    Mailbox,
    nir_of_newcomer,
    register_one,
    repeat,
    to_identity,
)
from web.core.clock import Randomness
from web.core.crypto.tokens import new_token

PROCESSES = 2
VISITORS = 16
# Of newcomers, apart from those of the ratios.
FIRST_NEWCOMER = 100_000
RENEWED = "/captcha/nouveau?genre=caracteres"
PICTURE = re.compile(r'src="(/captcha/[^"]+\.png[^"]*)"')

Request = Callable[[Visitor, int], Awaitable[None]]


class Requests:
    """The prepared visitors of a run, and one method for each kind of request."""

    def __init__(self, site: Site, port: int, tokens: list[str]) -> None:
        self._port = port
        self._mails = Mailbox(site.mails)
        self._randomness = Randomness()
        self._newcomers = FIRST_NEWCOMER
        self._tokens, self._count = tokens, len(tokens)
        self._members = [Visitor(port, cookies={"compte": token}) for token in tokens]
        self._forms: list[dict[str, str]] = []
        self._strangers: list[tuple[dict[str, str], dict[str, str]]] = []
        self._pictures: dict[int, str] = {}

    async def prepare(self) -> None:
        """Get a DIF form of each member and a login form for each."""
        for member in self._members:
            self._forms.append((await member.get("/espace/heures")).hidden)
            stranger = self.visitor()
            hidden = (await stranger.get("/connexion")).hidden
            self._strangers.append((dict(stranger.cookies), hidden))
            await member.close()
            await stranger.close()

    async def close(self) -> None:
        """Close the members' connections."""
        for member in self._members:
            await member.close()

    def visitor(self) -> Visitor:
        """Return a new browser at an address of its own."""
        self._newcomers += 1
        number = self._newcomers
        return Visitor(self._port, f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")

    def all(self) -> dict[str, Request]:
        """Return the kinds of request by name, in the order of a visit."""
        return {
            "start": self._get("/inscription/conditions"),
            "signup": self._get("/inscription/identite"),
            "loginpage": self._get("/connexion"),
            "dashboard": self._dashboard,
            "dif": self._dif,
            "login": self._login,
            "knownlogin": self._login_from_known_browser,
            "refresh": self._get(RENEWED, htmx=True),
            "image": self._image,
            "renewal": self._renewal,
            "journey": self._journey,
        }

    async def begin(self, visitor: Visitor, name: str) -> None:
        """Prepare a visitor for requests of a kind that need a registration begun."""
        if name in ("signup", "refresh", "image", "renewal"):
            await to_identity(visitor)
            self._pictures[id(visitor)] = _picture(await visitor.get("/inscription/identite"))

    def _get(self, path: str, *, htmx: bool = False) -> Request:
        async def one(visitor: Visitor, _: int) -> None:
            answer = await visitor.get(path, htmx=htmx)
            assert answer.status == 200, answer.status

        return one

    async def _image(self, visitor: Visitor, _: int) -> None:
        # Requested again, as a browser would: the server keeps it for a while.
        answer = await visitor.get(self._pictures[id(visitor)])
        assert answer.status == 200, answer.status

    async def _renewal(self, visitor: Visitor, _: int) -> None:
        """Ask for another captcha and its picture, drawn each time."""
        answer = await visitor.get(_picture(await visitor.get(RENEWED, htmx=True)))
        assert answer.status == 200, answer.status

    async def _dashboard(self, _: Visitor, number: int) -> None:
        answer = await self._members[number % self._count].get("/espace")
        assert answer.status == 200, answer.status

    async def _dif(self, _: Visitor, number: int) -> None:
        hours = 10 + number // self._count % 90
        answer = await self._members[number % self._count].post(
            "/espace/heures", self._new_key(self._forms[number % self._count]) | {"dif": str(hours)}
        )
        assert answer.status == 303, answer.status

    async def _login(self, visitor: Visitor, number: int) -> None:
        """Log in from a browser that the account does not know: a mail follows."""
        await self._log_in(visitor, number, {})

    async def _login_from_known_browser(self, visitor: Visitor, number: int) -> None:
        await self._log_in(visitor, number, {"appareil": self._tokens[number % self._count]})

    async def _log_in(self, visitor: Visitor, number: int, known: dict[str, str]) -> None:
        # With the form of the first page: only the login is measured.
        cookies, hidden = self._strangers[number % self._count]
        visitor.cookies = cookies | known
        fields = {"nir": nir_of(number % self._count), "password": PASSWORD}
        answer = await visitor.post("/connexion", self._new_key(hidden) | fields)
        assert answer.status == 303, answer.status

    async def _journey(self, _: Visitor, __: int) -> None:
        """Register, activate by the mailed link, log in, declare the DIF: what a newcomer does."""
        visitor = self.visitor()
        number = self._newcomers
        await register_one(visitor, number)
        link = await self._mails.link(f"r{number}@exemple.fr")
        answer = await visitor.post(link, (await visitor.get(link)).hidden)
        assert answer.location == "/connexion", answer.status
        page = await visitor.get("/connexion")
        fields = {"nir": nir_of_newcomer(number), "password": PASSWORD}
        answer = await visitor.post("/connexion", page.hidden | fields)
        assert answer.location == "/espace", answer.status
        page = await visitor.get("/espace/heures")
        answer = await visitor.post("/espace/heures", page.hidden | {"dif": "42"})
        assert answer.status == 303, answer.status
        await visitor.close()

    def _new_key(self, hidden: dict[str, str]) -> dict[str, str]:
        return hidden | {"key": new_token(self._randomness)}


async def measure_requests(site: Site, tokens: list[str]) -> list[dict[str, Any]]:
    """Measure each kind of request: rate, CPU of the site and of PostgreSQL, bytes of its log.

    The site is `serve` with PROCESSES processes, and the mail worker.
    """
    rows = []
    with serving(site, PROCESSES) as (port, server):
        requests = Requests(site, port, tokens)
        await requests.prepare()
        for name, one in requests.all().items():
            visitors = [requests.visitor() for _ in range(VISITORS)]
            for visitor in visitors:
                await requests.begin(visitor, name)
            before = await _spent(site, server)
            done = await repeat(visitors, one)
            after = await _spent(site, server)
            site_seconds, postgres_seconds, written = (
                (end - start) / done for start, end in zip(before, after, strict=True)
            )
            rows.append(
                {
                    "what": name,
                    "per_second": round(done / SECONDS, 1),
                    "site_ms": round(site_seconds * 1000, 2),
                    "postgres_ms": round(postgres_seconds * 1000, 2),
                    "log_bytes": round(written),
                }
            )
        await requests.close()
    return rows


async def _spent(site: Site, server: int) -> tuple[float, float, float]:
    """Return what was used so far: CPU seconds of the site and of PostgreSQL, bytes of its log."""
    connection = await asyncpg.connect(site.database_url)
    written = await connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'")
    await connection.close()
    return _cpu_seconds(server, site.worker), _cpu_seconds(site.postgres), float(written)


def _picture(page: Answer) -> str:
    found = PICTURE.search(page.body.decode())
    assert found, "no picture of the captcha"
    return found[1].replace("&amp;", "&")


def _cpu_seconds(*process_ids: int) -> float:
    """Return the CPU time that processes and their children have used."""
    total = 0.0
    for process_id in process_ids:
        process = psutil.Process(process_id)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = one.cpu_times()
                total += times.user + times.system
    return total
