"""Wrong passwords: counted before checking, and separately for known browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, value
from tests.support.http.client import Client
from tests.support.logins.devices import COOKIE, make_known
from tests.support.logins.failed_logins import fail, in_a_row, let_time_pass
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import log_in, register
from tests.support.titulaires.people import Person
from web.auth.login.attempt_limits import (
    FAILURES_BEFORE_RESET,
    FAILURES_PER_ADDRESS,
    FAILURES_SECONDS,
    IN_A_ROW_PER_DEVICE,
)
from web.core.runtime import Runtime

LOGIN = "/connexion"
WRONG = "Faux-mot-000-passe"
DAY = 86400


@pytest.fixture
async def person(client: Client, outbox: Outbox) -> Person:
    """A person who registered with `client`, which their account therefore knows."""
    someone = Person()
    await register(client, someone, outbox)
    return someone


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[Client]:
    """A browser unknown to any account, at another address."""
    async with Client(app, address="198.51.100.66") as browser:
        yield browser


async def refused(browser: Client, person: Person, times: int = 1) -> list[int]:
    """The answers to this many wrong passwords."""
    wrong = Person(nir=person.nir, password=WRONG)
    return [(await log_in(browser, wrong)).status for _ in range(times)]


@pytest.mark.parametrize("known", [True, False])
async def test_fifty_wrong_passwords_at_once_never_pass_the_limit(
    client: Client, stranger: Client, person: Person, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.1: and after the quarter of an hour, the owner logs in."""
    browser = client if known else stranger
    typed = {**(await browser.get(LOGIN)).values(), "nir": person.nir, "password": WRONG}
    answers = await asyncio.gather(*(browser.post(LOGIN, typed) for _ in range(50)))
    assert {answer.status for answer in answers} <= {422, 429, 503}
    assert sum(answer.status == 422 for answer in answers) <= 10
    assert await value(runtime, "SELECT count(*) FROM refused_login") <= 10
    await let_time_pass(runtime)
    assert "Synthèse" in (await log_in(browser, person)).text


async def test_a_stranger_s_tries_close_nothing_to_a_browser_that_the_account_knows(
    client: Client, stranger: Client, person: Person, runtime: Runtime
) -> None:
    """6.3.1: during the quarter of an hour, after a hundred failures, or at the same address."""
    assert await refused(stranger, person, 11) == [422] * 10 + [429]
    await fail(runtime, person, FAILURES_BEFORE_RESET - 10)
    for _ in range(FAILURES_PER_ADDRESS.hits):
        await runtime.limits.hit((FAILURES_PER_ADDRESS, "203.0.113.7"))
    assert "Synthèse" in (await log_in(client, person)).text
    assert await in_a_row(runtime, person) == FAILURES_BEFORE_RESET, "the stranger's go on counting"


async def test_the_cookie_of_one_account_is_worth_nothing_for_another(
    client: Client, stranger: Client, person: Person
) -> None:
    other = Person()
    await make_known(stranger, other)
    assert await refused(stranger, person, 11) == [422] * 10 + [429]
    assert (await log_in(stranger, person)).status == 429
    assert "Synthèse" in (await log_in(client, person)).text


async def test_a_browser_that_the_account_knows_has_a_hundred_failures_of_its_own(
    client: Client, stranger: Client, person: Person, runtime: Runtime
) -> None:
    """6.1.1: then a link by mail is needed; other browsers are unaffected."""
    [device] = await column(runtime, "SELECT token_digest FROM known_device")
    for _ in range(FAILURES_BEFORE_RESET - 1):
        await runtime.limits.hit((IN_A_ROW_PER_DEVICE, device.hex()))
    assert await refused(client, person) == [422]
    page = await log_in(client, person)
    assert page.status == 422
    assert "Suivez le lien « Mot de passe oublié » pour en choisir un nouveau" in page.text
    assert await in_a_row(runtime, person) == 0
    assert "Synthèse" in (await log_in(stranger, person)).text


@pytest.mark.parametrize("known", [True, False])
async def test_an_address_that_tries_many_numbers_is_refused_and_another_is_not(
    app: Starlette, stranger: Client, person: Person, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.1."""
    tried = person if known else Person()
    for _ in range(FAILURES_PER_ADDRESS.hits):
        await runtime.limits.hit((FAILURES_PER_ADDRESS, "198.51.100.66"))
    assert await refused(stranger, tried) == [429]
    async with Client(app, address="198.51.100.9") as elsewhere:
        assert await refused(elsewhere, tried) == [422]


@pytest.mark.parametrize("known", [True, False])
async def test_after_a_hundred_failures_any_password_asks_for_a_link_known_or_not(
    stranger: Client, person: Person, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.8: after one fewer, the right one still works."""
    assert FAILURES_BEFORE_RESET == 100
    tried = person if known else Person()
    await fail(runtime, tried, 99)
    if known:
        assert "Synthèse" in (await log_in(stranger, tried)).text
        stranger.http.cookies.clear()
        await fail(runtime, tried, 99)
    await fail(runtime, tried, 1)
    for password in (WRONG, person.password):
        page = await log_in(stranger, Person(nir=tried.nir, password=password))
        assert page.status == 422
        assert "Trop d’essais ont échoué pour cet identifiant" in page.text
        assert COOKIE not in stranger.http.cookies


async def test_a_try_now_and_then_does_not_renew_failures_for_ever(
    stranger: Client, person: Person, runtime: Runtime
) -> None:
    """6.1.1: they expire ninety days after the first one."""
    await fail(runtime, person, 99)
    await let_time_pass(runtime, FAILURES_SECONDS - DAY)
    assert await refused(stranger, person) == [422]
    assert (await log_in(stranger, person)).status == 422
    await let_time_pass(runtime, DAY)
    assert "Synthèse" in (await log_in(stranger, person)).text


async def test_the_reset_link_is_a_way_in_while_a_stranger_keeps_trying(
    app: Starlette, stranger: Client, person: Person, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1: with a browser unknown to the account, at once and afterwards."""
    async with Client(app, address="198.51.100.9") as owner:
        await refused(stranger, person, 10)
        await fail(runtime, person, FAILURES_BEFORE_RESET - 10)
        assert (await log_in(owner, person)).status == 422
        await owner.submit(await owner.get("/mot-de-passe-oublie"), {"nir": person.nir})
        await outbox.deliver()
        words = outbox.to(person.email)[-1].text.split()
        link = next(word for word in words if "/mot-de-passe/" in word)
        person.password = "Girafe-913-Mauve"
        chosen = {"password": person.password, "password_confirmation": person.password}
        await owner.submit(await owner.get(link), chosen)
        for _ in range(3):
            await let_time_pass(runtime)
            await refused(stranger, person, 10)
            page = await log_in(owner, person)
            assert "Synthèse" in page.text
            await owner.submit(page, action="/deconnexion")


async def test_a_refusal_for_a_while_says_when_and_which_way_is_open(
    stranger: Client, person: Person
) -> None:
    await refused(stranger, person, 10)
    page = await log_in(stranger, person)
    assert page.status == 429
    assert "réessayez dans 15 minutes" in page.text
    assert "Pour ne pas attendre, suivez le lien « Mot de passe oublié »" in page.text


async def test_a_password_is_what_was_typed_to_the_space_and_the_capital(
    client: Client, outbox: Outbox
) -> None:
    """6.2.8."""
    person = Person(password=" Chevaux-482-Rouges ")
    await register(client, person, outbox)
    for near in (person.password.strip(), person.password.lower(), person.password + "x" * 1100):
        assert (await log_in(client, Person(nir=person.nir, password=near))).status == 422
    assert "Synthèse" in (await log_in(client, person)).text
