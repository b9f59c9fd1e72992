"""In any order of presses, a registration is only submitted when its four steps are complete.

A model in a few lines predicts the page that each press leads to; the real application, on the real
database, must agree with it. The presses are drawn from a fixed seed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run
from tests.support.http.client import Client, Page
from tests.support.programs.processes import volume
from tests.support.titulaires.people import Person
from tests.support.titulaires.steps import typed
from web.core.runtime import Runtime

SEQUENCES = volume(20, 10_000)
STEPS = ("terms", "identity", "password", "validation")
PATHS = {
    "terms": "/inscription/conditions",
    "identity": "/inscription/identite",
    "password": "/inscription/mot-de-passe",
    "validation": "/inscription/validation",
    "waiting": "/inscription/courriel",
}
PAGES = tuple(PATHS)
TERMS, IDENTITY, PASSWORD, VALIDATION, WAITING = range(5)
WRONG = {
    "terms": {"accepted": ""},
    "identity": {"nir": "12"},
    "password": {"password_confirmation": "autre"},
    "validation": {},
}
# Mostly forward, so that many sequences reach the end.
KINDS = (
    *("send next",) * 6,
    *("send any", "send wrong", "send again", "look", "look"),
    *("another name", "another person", "cancel"),
)
ROWS = """
    SELECT count(*) FILTER (WHERE status = 'submitted') AS submitted,
           max(CASE WHEN status <> 'open' THEN 0 WHEN identity IS NULL THEN 1
                    WHEN password_hash IS NULL THEN 2 ELSE 3 END) AS furthest,
           (SELECT count(*) FROM mail) AS mails
    FROM registration
"""


@dataclass
class Sequence:
    """A browser, and the model: the furthest page it may see and the registrations submitted."""

    client: Client
    chance: random.Random
    person: Person = field(default_factory=Person)
    furthest: int = TERMS
    submitted: int = 0
    saved_name: str = ""
    # The last form that was accepted: its path, its fields and the page it led to.
    accepted: tuple[str, dict[str, str], str] | None = None

    async def press(self, kind: str) -> None:
        """Press something, and compare the page it leads to with the model's."""
        match kind:
            case "send next":
                await self.send(min(self.furthest, VALIDATION))
            case "send any":
                await self.send(self.chance.randrange(len(STEPS)))
            case "send wrong":
                await self.send(self.chance.randrange(len(STEPS)), is_wrong=True)
            case "send again":
                await self.send_again()
            case "look":
                await self.look(self.chance.randrange(len(PAGES)))
            case "another name":
                name = self.chance.choice(["d’Orange-Née", "Dupont"])
                self.person = replace(self.person, birth_name=name)
                await self.send(IDENTITY)
            case "another person":
                await self.register_another()
            case "cancel":
                await self.cancel()

    def page_for(self, wanted: int) -> int:
        """The page that a request for another one leads to."""
        if self.furthest == WAITING:
            return WAITING
        return TERMS if wanted == WAITING else min(wanted, self.furthest)

    async def look(self, wanted: int) -> Page:
        """Open a page."""
        page = await self.client.get(PATHS[PAGES[wanted]])
        assert page.status == 200
        assert page.url == PATHS[PAGES[self.page_for(wanted)]]
        return page

    async def send(self, step: int, *, is_wrong: bool = False) -> None:
        """Send the form of a step with the tokens of the page that a request for it shows."""
        shown = await self.look(step)
        path, name = PATHS[STEPS[step]], STEPS[step]
        fields = {**shown.values(), **typed(self.person, name), **(WRONG[name] if is_wrong else {})}
        is_open = self.page_for(step) == step
        answer = await self.client.post(path, fields, follow=False)
        if is_open and is_wrong and WRONG[name]:
            assert answer.status == 422
            return
        following = step + 1 if is_open else self.page_for(step)
        assert (answer.status, answer.location) == (303, PATHS[PAGES[following]])
        if is_open:
            self.submitted += step == VALIDATION
            self.furthest = self._furthest_after(step)
            self.accepted = (path, fields, answer.location)

    def _furthest_after(self, step: int) -> int:
        """The furthest page once a step is accepted; another name needs another password."""
        if step == IDENTITY and self.person.birth_name != self.saved_name:
            self.saved_name = self.person.birth_name
            return PASSWORD
        return max(self.furthest, step + 1)

    async def send_again(self) -> None:
        """Send the last accepted form again, as a reload does: the answer is the same."""
        if self.accepted is None:
            return
        path, fields, location = self.accepted
        answer = await self.client.post(path, fields, follow=False)
        assert (answer.status, answer.location) == (303, location)

    async def register_another(self) -> None:
        """Accept the terms for someone else, which is only new once a registration is submitted."""
        page = await self.client.get(f"{PATHS['terms']}?autre=1")
        if self.furthest == WAITING:
            self.furthest, self.person = TERMS, Person()
        answer = await self.client.submit(page, typed(self.person, "terms"), follow=False)
        assert (answer.status, answer.location) == (303, PATHS["identity"])
        self.furthest = max(self.furthest, IDENTITY)
        self.accepted = None

    async def cancel(self) -> None:
        """Abandon the registration, unless there is none or it was submitted."""
        page = await self.client.get("/inscription/annuler")
        if self.furthest in (TERMS, WAITING):
            assert page.url == "/"
            return
        answer = await self.client.submit(page, action="/inscription/annuler", follow=False)
        assert answer.location == "/"
        self.furthest, self.accepted = TERMS, None

    async def check(self, runtime: Runtime) -> None:
        """Compare what is stored with the model."""
        [row] = await runtime.db.fetch(ROWS)
        furthest = row["furthest"] or TERMS
        assert (row["submitted"], row["mails"]) == (self.submitted, self.submitted)
        assert furthest == (TERMS if self.furthest == WAITING else self.furthest)


@pytest.mark.faults
async def test_only_complete_registrations_are_submitted_in_any_order_of_presses(
    app: Starlette, runtime: Runtime
) -> None:
    """2.3.1: no step skipped, none lost, no 5xx."""
    chance = random.Random(20_151_231)
    submitted = 0
    for number in range(SEQUENCES):
        presses = chance.choices(KINDS, k=chance.randint(6, 14))
        # Each process limits the hashes of an address and of the networks around it.
        address = f"10.{number // 250}.{number % 250}.1"
        async with Client(app, address=address) as client:
            sequence = Sequence(client, chance)
            for count, kind in enumerate(presses, start=1):
                try:
                    await sequence.press(kind)
                    await sequence.check(runtime)
                except AssertionError as error:
                    error.add_note(f"sequence {number}: {', '.join(presses[:count])}")
                    raise
        submitted += sequence.submitted
        await run(runtime, "TRUNCATE registration, mail, rate_limit")
    assert submitted > SEQUENCES / 4
