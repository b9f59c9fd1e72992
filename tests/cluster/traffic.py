"""People who use the site without a pause, and repeat what the site could not do.

Each registers, follows the mailed link, logs in, declares hours and submits a dossier, each request
to the next server. Beside them, visitors who arrive every moment accept the terms and leave. An
answer other than the expected page or the designed 503 fails the test.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from uuid import UUID

from tests.support.http.client import Page
from tests.support.mail.peers import ScriptedPeer
from tests.support.programs.processes import Machines, RemoteClient
from tests.support.titulaires.people import Person
from tests.support.titulaires.steps import STEPS, link_to, open_step, typed
from tests.support.training.delegations import today
from tests.support.training.draft_form import NEW
from tests.support.training.draft_form import TYPED as DOSSIER

PAUSE_SECONDS, ARRIVAL_SECONDS = 0.2, 0.5
# The page on which each step ends.
ENDS = {
    "terms": "/inscription/identite",
    "identity": "/inscription/mot-de-passe",
    "password": "/inscription/validation",
    "validation": "/inscription/courriel",
    "activation": "/connexion",
    "login": "/espace",
    "hours": "/espace/heures",
}


@dataclass
class Attempt:
    """One request, in seconds of the monotonic clock; `is_answered` unless it got the 503."""

    began: float
    ended: float
    is_answered: bool
    is_visit: bool


@dataclass
class Traffic:
    """`people` at a time; each journey is followed by that of another person until `stop`.

    A person reads each page for `reading_seconds`.
    """

    machines: Machines
    ports: tuple[int, ...]
    peer: ScriptedPeer
    organisme_id: UUID
    people: int
    reading_seconds: float = 0
    arrival_seconds: float = ARRIVAL_SECONDS
    attempts: list[Attempt] = field(default_factory=list)
    served: list[Person] = field(default_factory=list)
    # Seconds from the registration to the arrival of its mail.
    mails: list[float] = field(default_factory=list)
    _is_stopping: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _turns: count[int] = field(default_factory=count)

    async def start(self) -> None:
        """Start; returns once the first journey has ended."""
        self._tasks = {asyncio.create_task(self._keep_living()) for _ in range(self.people)}
        self._tasks.add(asyncio.create_task(self._keep_arriving()))
        while not self.served:
            await self._fail_early()

    async def last(self, seconds: float) -> None:
        """Go on for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self._fail_early()

    async def answered(self, since: float) -> Attempt:
        """Wait for a visit that began after `since` and was answered; return it."""
        while True:
            for one in self.attempts:
                if one.is_visit and one.began >= since and one.is_answered:
                    return one
            await self._fail_early()

    def visits(self, began: float, ended: float) -> list[float]:
        """The seconds that each visit took, of those that began in between."""
        visits = (one for one in self.attempts if one.is_visit)
        return [one.ended - one.began for one in visits if began <= one.began < ended]

    async def stop(self) -> None:
        """Let everyone finish."""
        self._is_stopping = True
        while self._tasks:
            await self._fail_early()

    async def abandon(self) -> None:
        """End what still runs, when a test has failed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _fail_early(self) -> None:
        done, self._tasks = await asyncio.wait(self._tasks, timeout=0.05)
        for task in done:
            task.result()

    async def _keep_living(self) -> None:
        while not self._is_stopping:
            person, client = Person(), self.machines.client()
            await self._live(client, person)
            await client.http.aclose()
            self.served.append(person)

    async def _keep_arriving(self) -> None:
        while not self._is_stopping:
            self._tasks.add(asyncio.create_task(self._visit(self.machines.client())))
            await asyncio.sleep(self.arrival_seconds)

    async def _visit(self, client: RemoteClient) -> None:
        terms = await client.get("/inscription/conditions")
        accept = partial(client.submit, terms, typed(Person(), "terms"))
        await self._attempt(client, accept, is_visit=True)
        await client.http.aclose()

    async def _live(self, client: RemoteClient, person: Person) -> None:
        """One whole journey."""
        for step in STEPS:
            if step == "activation":
                await self._receive(person)
            page = await self._repeat(client, partial(open_step, client, self.peer, person, step))
            page = await self._repeat(client, partial(client.submit, page, typed(person, step)))
            assert page.url.partition("?")[0] == ENDS[step], f"{step}: {page.url} {page.text}"
        page = await self._repeat(client, partial(client.get, NEW))
        dossier = partial(client.submit, page, self._dossier(), action=NEW)
        address = (await self._repeat(client, dossier)).url
        submit = f"{address}/soumettre"
        page = await self._repeat(client, partial(client.get, submit))
        consent = partial(client.submit, page, {"consent": "y"}, action=submit)
        page = await self._repeat(client, consent)
        assert page.url == address, page.text

    async def _receive(self, person: Person) -> None:
        """Wait for the mail, which no request does."""
        began = time.monotonic()
        await link_to(self.peer, person)
        self.mails.append(time.monotonic() - began)

    def _dossier(self) -> dict[str, str]:
        starts, ends = (today() + timedelta(days=days) for days in (120, 220))
        dates = {"starts_on": f"{starts:%d/%m/%Y}", "ends_on": f"{ends:%d/%m/%Y}"}
        return {**DOSSIER, **dates, "organisme": str(self.organisme_id)}

    async def _repeat(self, client: RemoteClient, act: Callable[[], Awaitable[Page]]) -> Page:
        """Act until the site can answer."""
        while (page := await self._attempt(client, act)).status == 503:
            await asyncio.sleep(PAUSE_SECONDS)
        await asyncio.sleep(self.reading_seconds)
        return page

    async def _attempt(
        self, client: RemoteClient, act: Callable[[], Awaitable[Page]], *, is_visit: bool = False
    ) -> Page:
        port = self.ports[next(self._turns) % len(self.ports)]
        client.http.base_url = f"http://127.0.0.1:{port}"
        began = time.monotonic()
        page = await act()
        self.attempts.append(Attempt(began, time.monotonic(), page.status != 503, is_visit))
        if page.status == 503:
            assert "Service momentanément indisponible" in page.title
        else:
            assert page.status == 200, f"{page.status} {page.url} {page.text}"
        return page
