"""Logins at the same moment: each opens its session, and leaves no attempt counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import count, until_someone_waits, value
from tests.support.http.client import Client
from tests.support.logins.devices import COOKIE, make_known
from tests.support.logins.kinds import Account, Kind
from web.core.http.browser.device_cookie import SEPARATOR
from web.core.runtime import Runtime

PEOPLE = 8
# Of failures, whose windows last a quarter of an hour, or days when they are counted in a row.
COUNTED = "SELECT coalesce(sum(hits), 0)::int FROM rate_limit WHERE window_end > now()"


@pytest.fixture
async def browsers(app: Starlette) -> AsyncIterator[list[Client]]:
    """Browsers at one address."""
    browsers = [await Client(app, address="203.0.113.9").__aenter__() for _ in range(PEOPLE)]
    yield browsers
    for browser in browsers:
        await browser.__aexit__(None, None, None)


async def all_at_once(browsers: list[Client], accounts: list[Account]) -> list[str]:
    """The first page of each account, logged into from its browser."""
    pages = [await b.get(a.kind.login) for b, a in zip(browsers, accounts, strict=True)]
    opened = await asyncio.gather(
        *(
            browser.submit(page, account.credentials)
            for browser, page, account in zip(browsers, pages, accounts, strict=True)
        )
    )
    return [page.url for page in opened]


@pytest.mark.parametrize("known", [True, False])
async def test_people_at_one_address_log_in_at_once(
    browsers: list[Client], runtime: Runtime, kind: Kind, known: bool
) -> None:
    accounts = [await kind.open(runtime) for _ in browsers]
    for browser, account in zip(browsers, accounts, strict=True):
        if known:
            await make_known(browser, account)
    assert await all_at_once(browsers, accounts) == [kind.home] * PEOPLE
    assert await count(runtime, "session") == PEOPLE
    assert await value(runtime, COUNTED) == 0


async def test_one_person_logs_in_at_once_from_two_known_browsers(
    browsers: list[Client], runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    for browser in browsers[:2]:
        await make_known(browser, account)
    assert await all_at_once(browsers[:2], [account] * 2) == [kind.home] * 2
    assert await value(runtime, COUNTED) == 0


async def test_a_known_token_sent_twice_counts_once(
    browsers: list[Client], runtime: Runtime, kind: Kind
) -> None:
    account = await kind.open(runtime)
    await make_known(browsers[0], account)
    token = browsers[0].http.cookies[COOKIE]
    browsers[0].carry(**{COOKIE: SEPARATOR.join((token, token))})
    assert await all_at_once(browsers[:1], [account]) == [kind.home]


async def test_nobody_at_an_address_waits_for_the_login_of_someone_else(
    browsers: list[Client], runtime: Runtime, kind: Kind
) -> None:
    slow, quick = [await kind.open(runtime) for _ in range(2)]
    async with runtime.db.transaction() as connection:
        # Its mail, about a new browser, is the last thing that its transaction writes.
        await connection.execute("LOCK TABLE mail IN SHARE MODE")
        waiting = asyncio.create_task(all_at_once(browsers[:1], [slow]))
        await until_someone_waits(runtime)
        page = await browsers[1].get(kind.login)
        wrong = {**quick.credentials, "password": "Faux-mot-000-passe"}
        answer = await asyncio.wait_for(browsers[1].submit(page, wrong), 8)
        assert answer.status == 422
    assert await waiting == [kind.home]
