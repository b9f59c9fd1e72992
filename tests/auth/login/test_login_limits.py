"""Wrong passwords: counted before checking, and separately for known browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, value
from tests.support.http.client import Client
from tests.support.logins.devices import COOKIE, make_known
from tests.support.logins.failed_logins import fail, in_a_row, let_time_pass
from tests.support.logins.kinds import Account, Kind
from tests.support.logins.password_links import NEW, asked_link
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

WRONG = "Faux-mot-000-passe"
DAY = 86400


@pytest.fixture
async def account(client: Client, runtime: Runtime, kind: Kind) -> Account:
    """An account of each kind, which knows the browser `client`."""
    opened = await kind.open(runtime)
    await make_known(client, opened)
    return opened


@pytest.fixture
async def stranger(app: Starlette) -> AsyncIterator[Client]:
    """A browser unknown to any account, at another address."""
    async with Client(app, address="198.51.100.66") as browser:
        yield browser


async def refused(browser: Client, account: Account, times: int = 1) -> list[int]:
    """The answers to this many wrong passwords."""
    wrong = replace(account, password=WRONG)
    return [(await wrong.log_in(browser)).status for _ in range(times)]


def tried(account: Account, *, is_known: bool) -> Account:
    """The account itself, or one with an unknown identifier."""
    return account if is_known else replace(account, identifier=account.kind.unknown)


@pytest.mark.parametrize("known", [True, False])
async def test_fifty_wrong_passwords_at_once_never_pass_the_limit(
    client: Client, stranger: Client, account: Account, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.1: after the quarter of an hour, the owner can log in."""
    browser, login = client if known else stranger, account.kind.login
    typed = {**(await browser.get(login)).values(), **account.credentials, "password": WRONG}
    answers = await asyncio.gather(*(browser.post(login, typed) for _ in range(50)))
    assert {answer.status for answer in answers} <= {422, 429, 503}
    assert sum(answer.status == 422 for answer in answers) <= 10
    assert await value(runtime, "SELECT count(*) FROM refused_login") <= 10
    assert await in_a_row(runtime, account) <= 10
    await let_time_pass(runtime)
    assert (await account.log_in(browser)).url == account.kind.home


@pytest.mark.parametrize("known", [True, False])
async def test_ten_wrong_passwords_block_an_identifier_temporarily(
    stranger: Client, elsewhere: Client, account: Account, runtime: Runtime, known: bool
) -> None:
    """6.3.1: with or without an account, from any browser; the refusal expires."""
    someone = tried(account, is_known=known)
    assert await refused(stranger, someone, 11) == [422] * 10 + [429]
    page = await someone.log_in(elsewhere)
    assert page.status == 429
    assert "réessayez dans" in page.text
    assert int(page.response.headers["retry-after"]) <= 900
    await let_time_pass(runtime)
    assert (await account.log_in(elsewhere)).url == account.kind.home
    assert await in_a_row(runtime, account) == 0


async def test_attempts_of_strangers_do_not_block_a_known_browser(
    client: Client, stranger: Client, account: Account, runtime: Runtime
) -> None:
    """6.3.1: during the quarter of an hour, after a hundred failures, or at the same address."""
    assert await refused(stranger, account, 11) == [422] * 10 + [429]
    await fail(runtime, account, FAILURES_BEFORE_RESET - 10)
    for _ in range(FAILURES_PER_ADDRESS.hits):
        await runtime.limits.hit((FAILURES_PER_ADDRESS, "203.0.113.7"))
    assert (await account.log_in(client)).url == account.kind.home
    left = await in_a_row(runtime, account)
    assert left == FAILURES_BEFORE_RESET, "the stranger's go on counting"


async def test_the_device_cookie_of_one_account_is_useless_for_another(
    client: Client, stranger: Client, account: Account, runtime: Runtime
) -> None:
    await make_known(stranger, await account.kind.open(runtime))
    assert await refused(stranger, account, 11) == [422] * 10 + [429]
    assert (await account.log_in(stranger)).status == 429
    assert (await account.log_in(client)).url == account.kind.home


async def test_a_browser_that_the_account_knows_has_a_hundred_failures_of_its_own(
    client: Client, stranger: Client, account: Account, runtime: Runtime
) -> None:
    """6.1.1: beyond them, a mailed link is needed; other browsers are unaffected."""
    [device] = await column(runtime, "SELECT token_digest FROM known_device")
    for _ in range(FAILURES_BEFORE_RESET - 1):
        await runtime.limits.hit((IN_A_ROW_PER_DEVICE, device.hex()))
    assert await refused(client, account) == [422]
    page = await account.log_in(client)
    assert page.status == 422
    assert "Suivez le lien « Mot de passe oublié » pour en choisir un nouveau" in page.text
    assert await in_a_row(runtime, account) == 0
    assert (await account.log_in(stranger)).url == account.kind.home


@pytest.mark.parametrize("known", [True, False])
async def test_an_address_that_tries_many_identifiers_is_refused_and_another_is_not(
    stranger: Client, elsewhere: Client, account: Account, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.1."""
    someone = tried(account, is_known=known)
    for _ in range(FAILURES_PER_ADDRESS.hits):
        await runtime.limits.hit((FAILURES_PER_ADDRESS, "198.51.100.66"))
    assert await refused(stranger, someone) == [429]
    assert await refused(elsewhere, someone) == [422]


@pytest.mark.parametrize("known", [True, False])
async def test_after_a_hundred_failures_any_password_asks_for_a_link_known_or_not(
    stranger: Client, account: Account, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.8: after ninety-nine failures, the right password still works."""
    assert FAILURES_BEFORE_RESET == 100
    someone = tried(account, is_known=known)
    await fail(runtime, someone, 99)
    if known:
        assert (await someone.log_in(stranger)).url == account.kind.home
        stranger.http.cookies.clear()
        await fail(runtime, someone, 99)
    await fail(runtime, someone, 1)
    for password in (WRONG, account.password):
        page = await replace(someone, password=password).log_in(stranger)
        assert page.status == 422
        assert "Trop d’essais ont échoué pour cet identifiant" in page.text
        assert COOKIE not in stranger.http.cookies


async def test_an_occasional_attempt_does_not_prolong_failures(
    stranger: Client, account: Account, runtime: Runtime
) -> None:
    """6.1.1: they expire ninety days after the first one."""
    await fail(runtime, account, 99)
    await let_time_pass(runtime, FAILURES_SECONDS - DAY)
    assert await refused(stranger, account) == [422]
    assert (await account.log_in(stranger)).status == 422
    await let_time_pass(runtime, DAY)
    assert (await account.log_in(stranger)).url == account.kind.home


async def test_the_reset_link_logs_the_owner_in_while_a_stranger_keeps_trying(
    stranger: Client, elsewhere: Client, account: Account, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1: with a browser unknown to the account, at once and afterwards."""
    await refused(stranger, account, 10)
    await fail(runtime, account, FAILURES_BEFORE_RESET - 10)
    assert (await account.log_in(elsewhere)).status == 422
    link = await asked_link(elsewhere, account, outbox)
    await elsewhere.submit(await elsewhere.get(link), NEW)
    owner = replace(account, password=NEW["password"])
    for _ in range(3):
        await let_time_pass(runtime)
        await refused(stranger, account, 10)
        page = await owner.log_in(elsewhere)
        assert page.url == account.kind.home
        await elsewhere.submit(page, action=account.kind.logout)


async def test_a_temporary_refusal_says_until_when_and_offers_the_reset_link(
    stranger: Client, account: Account
) -> None:
    await refused(stranger, account, 10)
    page = await account.log_in(stranger)
    assert page.status == 429
    assert "réessayez dans 15 minutes" in page.text
    _, _, way = page.text.partition("Pour ne pas attendre, ")
    assert "le lien « Mot de passe oublié »" in way.partition(".")[0]


async def test_a_password_is_compared_exactly_with_spaces_and_capitals(
    client: Client, outbox: Outbox
) -> None:
    """6.2.8."""
    person = Person(password=" Chevaux-482-Rouges ")
    await register(client, person, outbox)
    for near in (person.password.strip(), person.password.lower(), person.password + "x" * 1100):
        assert (await log_in(client, Person(nir=person.nir, password=near))).status == 422
    assert (await log_in(client, person)).url == "/espace"
