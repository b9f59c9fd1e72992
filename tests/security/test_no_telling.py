"""No answer discloses whether a NIR or an address has an account."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from tests.support.client import Client, Page
from tests.support.journey import register, to_validation, to_waiting
from tests.support.outbox import Outbox
from tests.support.people import Person
from tests.support.rows import run
from web.app import create_app
from web.core.runtime import Runtime
from web.domain.nir import masked
from web.settings import Settings

WRONG = "Faux-mot-000-passe"
PAIRS = 30
OURS = re.compile(r'(?<=value=")[A-Za-z0-9_=-]{40,}(?=")')
MOMENT = re.compile(r"\d+(?:er)?\s\w+\s\d{4}\sà\s\d+\sh\s\d\d|<time.*?</time>")
PICTURE = re.compile(r"/captcha/[\w.-]+")


def answer_of(page: Page, *typed: str) -> tuple[object, ...]:
    """The whole answer and its redirects, without random values, the time and the typed values."""
    parts: list[object] = []
    for step in (*page.response.history, page.response):
        body = PICTURE.sub("/captcha/-", OURS.sub("-", MOMENT.sub("-", step.text)))
        for text in typed:
            body = body.replace(text, "-")
        headers = [
            (name, re.sub(r"=[\w-]{43}", "=-", value))
            for name, value in step.headers.items()
            if name != "content-length"
        ]
        parts += [step.status_code, headers, body, str(step.url)]
    return tuple(parts)


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


@pytest.mark.parametrize("path", ["/connexion", "/mot-de-passe-oublie"])
async def test_login_and_forgotten_password_answer_alike(
    app: Starlette, runtime: Runtime, known: Person, path: str
) -> None:
    """6.3.8: body, headers and cookies, byte by byte, for any password."""
    for password in (WRONG, "", "x" * 20_000, "\x00\ufffd", None):
        answers = []
        for nir in (known.nir, Person().nir, known.nir_with_key):

            async def action(
                browser: Client, nir: str = nir, password: str | None = password
            ) -> Page:
                page = await browser.get(path)
                values = {name: text for name, text in page.values().items() if name != "password"}
                typed = {} if password is None else {"password": password}
                return await browser.post(path, {**values, **typed, "nir": nir})

            answers.append(answer_of(await in_new_browser(app, runtime, action), nir))
        assert answers[0] == answers[1] == answers[2], password


async def test_what_is_no_identifier_gets_the_answer_of_an_unknown_one_or_of_an_empty_one(
    app: Starlette, runtime: Runtime
) -> None:
    """6.3.8."""

    async def refused(nir: str) -> Page:
        async def action(browser: Client) -> Page:
            page = await browser.get("/connexion")
            return await browser.submit(page, {"nir": nir, "password": WRONG})

        return await in_new_browser(app, runtime, action)

    unknown, empty = await refused(Person().nir), await refused("")
    for identifier in ("   ", "\x00", "abc", "9" * 20_000, "' OR 1=1 --", "2 85 05 99 990"):
        expected = unknown if identifier.strip(" \x00") else empty
        given = await refused(identifier)
        assert given.status == expected.status == 422
        assert given.title == expected.title
        assert given.error_of("nir") == expected.error_of("nir")


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
            # The address is shown masked, by its first letters.
            answers.append(re.sub(r".••••@.••••", "-", repr(shown)))

    assert len(set(answers)) == 1


async def test_what_happens_to_the_mail_tells_nothing_either(
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
            pages.append(re.sub(r".••••@.••••", "-", MOMENT.sub("-", page.text)))

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
        async with runtime.db.connection() as connection:
            hashed = await runtime.passwords.hash(known.password)
            await connection.execute("UPDATE login SET password_hash = $1", hashed)
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
