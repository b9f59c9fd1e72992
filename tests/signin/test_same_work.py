"""The queries of a login, a forgotten password or a registration: known and unknown alike."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from starlette.applications import Starlette

from tests.support.client import Client, Page
from tests.support.journey import log_in, register, to_validation, to_waiting
from tests.support.outbox import Outbox
from tests.support.people import Person

WRONG = "Faux-mot-000-passe"


async def refused_login(client: Client, nir: str) -> Page:
    """A wrong password."""
    page = await log_in(client, Person(nir=nir, password=WRONG))
    assert page.status == 422
    return page


async def forgotten_password(client: Client, nir: str) -> Page:
    """Request a link."""
    page = await client.get("/mot-de-passe-oublie")
    return await client.submit(page, {"nir": nir})


async def at_validation(client: Client, typed: Person) -> Page:
    """The recap page of a registration, ready to be sent."""
    return await to_validation(client, typed)


async def at_waiting(client: Client, typed: Person) -> Page:
    """The waiting page, with a button for another mail."""
    return await to_waiting(client, typed)


async def at_address(client: Client, typed: Person) -> Page:
    """The form for correcting an address, after an unknown one."""
    await to_waiting(client, Person(nir=typed.nir))
    return await client.get("/inscription/courriel/adresse")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record the statements sent to the database, with the shape of their results."""
    noted: list[tuple[str, str]] = []
    for name in ("execute", "executemany", "fetch", "fetchrow", "fetchval"):
        original = getattr(asyncpg.Connection, name)

        async def note(
            self: Any, query: str, *rest: Any, _original: Any = original, **options: Any
        ) -> Any:
            answer = await _original(self, query, *rest, **options)
            shape = len(answer) if isinstance(answer, list) else type(answer).__name__
            noted.append((query, answer if isinstance(answer, str) else str(shape)))
            return answer

        monkeypatch.setattr(asyncpg.Connection, name, note)
    return noted


@pytest.mark.parametrize("action", [refused_login, forgotten_password])
async def test_the_same_statements_touch_the_same_rows_for_known_and_unknown(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    asked: list[tuple[str, str]],
    action: Callable[[Client, str], Awaitable[Page]],
) -> None:
    """6.3.8."""
    known = Person()
    await register(client, known, outbox)

    # The first attempt of each prepares its statements and creates its counters.
    pages, lists = [], []
    async with Client(app) as stranger:
        for nir in (known.nir, Person().nir):
            asked.clear()
            pages.append(await action(stranger, nir))
            lists.append(list(asked))
    assert lists[0] == lists[1]
    assert len(lists[0]) >= 3

    def bare(page: Page) -> str:
        return re.sub(r'value="[^"]*"', "", page.html)

    assert bare(pages[0]) == bare(pages[1])


@pytest.mark.parametrize("shared", [("nir",), ("email",), ("nir", "email")], ids=" and ".join)
@pytest.mark.parametrize("ready", [at_validation, at_waiting, at_address])
async def test_a_registration_of_what_is_known_asks_the_same_as_any_other(
    app: Starlette,
    client: Client,
    outbox: Outbox,
    asked: list[tuple[str, str]],
    ready: Callable[[Client, Person], Awaitable[Page]],
    shared: tuple[str, ...],
) -> None:
    """6.3.8: submitted, its mail requested again, its address corrected."""
    known = Person()
    await register(client, known, outbox)

    lists = []
    for typed in (Person(**{name: getattr(known, name) for name in shared}), Person()):
        async with Client(app) as browser:
            page = await ready(browser, typed)
            address = {"email": typed.email, "email_confirmation": typed.email}
            asked.clear()
            answer = await browser.submit(page, address if "email" in page.values() else {})
            assert (answer.status, answer.url) == (200, "/inscription/courriel")
            lists.append(list(asked))
    assert lists[0] == lists[1]
    assert any("INSERT INTO mail" in query for query, _ in lists[0])
