"""No answer discloses whether a NIR or an address has an account, of either kind."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run
from tests.support.db.statements import record_statements
from tests.support.desks.agents import InventedAgent, add, organisme_agent
from tests.support.http.answers import MOMENT, answer_of
from tests.support.http.client import Client, Page
from tests.support.logins.kinds import AGENT, TITULAIRE, Kind
from tests.support.logins.password_links import ask
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import register, to_validation, to_waiting
from tests.support.titulaires.people import Person
from web.app import create_app
from web.core.runtime import Runtime
from web.domain.nir import masked
from web.settings import Settings

WRONG = "Faux-mot-000-passe"
PAIRS = 30


async def forget_attempts(runtime: Runtime) -> None:
    """Clear the rate limits, so that every attempt is the first one."""
    await run(runtime, "TRUNCATE rate_limit")


@pytest.fixture
async def known(client: Client, outbox: Outbox) -> Person:
    """A person with an account."""
    person = Person()
    await register(client, person, outbox)
    client.http.cookies.clear()
    return person


async def in_new_browser(
    app: Starlette, runtime: Runtime, action: Callable[[Client], Awaitable[Page]]
) -> Page:
    """Perform the action in a new browser."""
    await forget_attempts(runtime)
    async with Client(app) as browser:
        return await action(browser)


@dataclass(frozen=True)
class Identifiers:
    """Texts that may be typed to name an account of a kind."""

    kind: Kind
    # Of accounts, in any state or spelling.
    known: list[str]
    malformed: tuple[str, ...]


async def _titulaires(runtime: Runtime) -> Identifiers:
    person = Person()
    await open_account(runtime, person)
    malformed = ("   ", "\x00", "abc", "9" * 20_000, "' OR 1=1 --", "2 85 05 99 990")
    return Identifiers(TITULAIRE, [person.nir, person.nir_with_key], malformed)


async def _agents(runtime: Runtime) -> Identifiers:
    """Agents with and without a second factor, and one who was invited only."""
    agents = [await add(runtime, one) for one in (InventedAgent(), organisme_agent())]
    agents.append(invited := await add(runtime, organisme_agent()))
    await run(runtime, "UPDATE login SET password_hash = NULL WHERE id = $1", invited.id)
    malformed = ("abc", "@", "' OR 1=1 --", "x" * 20_000, "2850599990001")
    return Identifiers(AGENT, [one.email for one in agents], malformed)


@pytest.fixture(params=[_titulaires, _agents], ids=["titulaire", "agent"])
async def identifiers(request: pytest.FixtureRequest, runtime: Runtime) -> Identifiers:
    """The identifiers of each kind."""
    found: Identifiers = await request.param(runtime)
    return found


@pytest.mark.parametrize("page", ["login", "forgotten"])
async def test_login_and_forgotten_password_answer_alike(
    app: Starlette, runtime: Runtime, identifiers: Identifiers, page: str
) -> None:
    """6.3.8: body, headers and cookies, byte by byte, for any password."""
    kind = identifiers.kind
    path: str = getattr(kind, page)
    for password in (WRONG, "", "x" * 20_000, "\x00\ufffd", None):
        typed = {} if password is None else {"password": password}
        answers = []
        for identifier in (*identifiers.known, kind.unknown):

            async def action(
                browser: Client, identifier: str = identifier, typed: dict[str, str] = typed
            ) -> Page:
                page = await browser.get(path)
                values = {name: text for name, text in page.values().items() if name != "password"}
                return await browser.post(path, {**values, **typed, kind.identifier: identifier})

            answers.append(answer_of(await in_new_browser(app, runtime, action), identifier))
        assert len(answers) > 2
        assert all(answer == answers[0] for answer in answers), password


async def test_a_malformed_identifier_is_answered_like_an_unknown_or_an_empty_one(
    app: Starlette, runtime: Runtime, identifiers: Identifiers
) -> None:
    """6.3.8."""
    kind = identifiers.kind

    async def refused(identifier: str) -> Page:
        async def action(browser: Client) -> Page:
            page = await browser.get(kind.login)
            return await browser.submit(page, {kind.identifier: identifier, "password": WRONG})

        return await in_new_browser(app, runtime, action)

    unknown, empty = await refused(kind.unknown), await refused("")
    assert kind.mistaken in unknown.text
    for identifier in identifiers.malformed:
        expected = unknown if identifier.strip(" \x00") else empty
        given = await refused(identifier)
        assert given.status == expected.status == 422
        assert given.title == expected.title
        assert given.error_of(kind.identifier) == expected.error_of(kind.identifier)
        assert (kind.mistaken in given.text) is (expected is unknown)


async def refused_login(client: Client, kind: Kind, identifier: str) -> Page:
    """A wrong password."""
    page = await client.get(kind.login)
    page = await client.submit(page, {kind.identifier: identifier, "password": WRONG})
    assert page.status == 422
    return page


@pytest.mark.parametrize("action", [refused_login, ask])
async def test_the_same_statements_touch_the_same_rows_for_known_and_unknown(
    client: Client,
    identifiers: Identifiers,
    monkeypatch: pytest.MonkeyPatch,
    action: Callable[[Client, Kind, str], Awaitable[Page]],
) -> None:
    """6.3.8."""
    asked = record_statements(monkeypatch)
    kind = identifiers.kind
    # The first attempt of each prepares its statements and creates its counters.
    pages, lists = [], []
    # A browser with a cookie is asked whether its session is open.
    await client.get(kind.login)
    for identifier in (identifiers.known[0], kind.unknown):
        asked.clear()
        pages.append(await action(client, kind, identifier))
        lists.append(list(asked))
    assert lists[0] == lists[1]
    assert len(lists[0]) >= (3 if kind is TITULAIRE else 2)

    def bare(page: Page) -> str:
        return re.sub(r'value="[^"]*"', "", page.html)

    assert bare(pages[0]) == bare(pages[1])


async def test_registering_again_shows_the_same_pages_to_the_end(
    app: Starlette, runtime: Runtime, known: Person
) -> None:
    """6.3.8: a NIR with an account, an address with one, both, neither; and sending again."""
    stranger = Person()
    cases = [
        Person(),
        Person(nir=known.nir, email="nouvelle.adresse@exemple.fr"),
        Person(email=known.email),
        Person(nir=known.nir, email=known.email),
        stranger,
    ]
    answers = []
    for person in cases:
        await forget_attempts(runtime)
        async with Client(app) as browser:
            recap = await to_validation(browser, person)
            waiting = await browser.submit(recap)
            again = await browser.submit(waiting)
            typed = (person.email, masked(person.nir))
            shown = [answer_of(page, *typed) for page in (recap, waiting, again)]
            # The address is shown by its first letter and its domain, the same for all here.
            answers.append(re.sub(r".••••@[\w.-]+", "-", repr(shown)))

    assert len(set(answers)) == 1


async def test_the_state_of_the_mail_discloses_nothing_either(
    app: Starlette, client: Client, runtime: Runtime, known: Person, outbox: Outbox
) -> None:
    """6.3.8: the waiting page after the mails have left."""
    pages = []
    for person in (Person(), Person(nir=known.nir), Person(email=known.email)):
        await forget_attempts(runtime)
        async with Client(app) as browser:
            await to_waiting(browser, person)
            await outbox.deliver()
            page = await browser.get("/inscription/courriel")
            pages.append(re.sub(r".••••@[\w.-]+", "-", MOMENT.sub("-", page.text)))

    assert pages[0] == pages[1] == pages[2]


async def test_an_activation_link_says_nothing_of_who_it_was_for(site: Client) -> None:
    """6.3.8: the same answer for every token that was never issued."""
    answers = {repr(answer_of(await site.get(f"/activation/{letter * 12}"))) for letter in "ab"}

    assert len(re.findall(r"activation/b+", "".join(answers))) == 1
    assert len({text.replace("b" * 12, "a" * 12) for text in answers}) == 1


async def test_a_refused_login_costs_the_same_for_known_and_unknown(
    settings: Settings, known: Person
) -> None:
    """6.3.8: processor time, independent of the machine's load; pairs interleaved."""
    dear = settings.model_copy(update={"argon2_memory_kib": 8192, "argon2_time": 2})
    app = create_app(dear)
    async with app.router.lifespan_context(app), Client(app) as browser:
        runtime: Runtime = app.state.runtime
        # Its hash as a current login leaves it.
        hashed = await runtime.passwords.hash(known.password)
        await runtime.db.execute("UPDATE login SET password_hash = $1", hashed)
        costs: dict[str, list[float]] = {known.nir: [], Person().nir: []}
        page = await browser.get("/connexion")
        for _ in range(PAIRS):
            for nir, spent in costs.items():
                await forget_attempts(runtime)
                started = time.process_time()
                answer = await browser.submit(page, {"nir": nir, "password": WRONG})
                spent.append(time.process_time() - started)
                assert answer.status == 422

    one, other = (statistics.median(spent) for spent in costs.values())
    assert 0.75 < one / other < 1.33
