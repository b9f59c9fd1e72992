"""Presses on the mailed link at once: one account, however many press."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.processes import volume
from tests.support.titulaires.journey import to_mailed_link
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

pytestmark = pytest.mark.faults
BROWSERS = 10
ACCOUNTS = "SELECT count(*) FROM account"


async def statuses_at_once(app: Starlette, path: str) -> tuple[list[int], set[int]]:
    """Press in ten browsers at once while ten others look; return the statuses of both."""
    all_opened = asyncio.Barrier(BROWSERS)

    async def press() -> int:
        async with Client(app) as browser:
            page = await browser.get(path)
            await all_opened.wait()
            return (await browser.submit(page, follow=False)).status

    async def look() -> int:
        async with Client(app) as browser:
            return (await browser.get(path)).status

    pressed, looked = await asyncio.gather(
        asyncio.gather(*(press() for _ in range(BROWSERS))),
        asyncio.gather(*(look() for _ in range(BROWSERS))),
    )
    return sorted(pressed), set(looked)


async def test_ten_people_press_at_once_and_one_account_opens(
    app: Starlette, outbox: Outbox, runtime: Runtime
) -> None:
    """ASVS 15.4.2."""
    for number in range(1, volume(1, 500) + 1):
        async with Client(app) as browser:
            path = await to_mailed_link(browser, Person(), outbox)
        pressed, looked = await statuses_at_once(app, path)
        assert pressed == [303] + [410] * (BROWSERS - 1)
        assert looked <= {200, 410}
        assert await value(runtime, ACCOUNTS) == number
        await run(runtime, "TRUNCATE rate_limit")


async def test_two_registrations_of_one_nir_activated_at_once_open_one_account(
    app: Starlette, outbox: Outbox, runtime: Runtime
) -> None:
    for number in range(1, volume(2, 500) + 1):
        person = Person()
        rival = Person(nir=person.nir, email=f"rival{person.nir}@exemple.fr")
        async with Client(app) as one, Client(app) as two:
            pages = [
                await one.get(await to_mailed_link(one, person, outbox)),
                await two.get(await to_mailed_link(two, rival, outbox)),
            ]
            answers = await asyncio.gather(
                one.submit(pages[0], follow=False), two.submit(pages[1], follow=False)
            )
        assert sorted(page.status for page in answers) == [303, 409]
        assert await value(runtime, ACCOUNTS) == number
        await run(runtime, "TRUNCATE rate_limit")
