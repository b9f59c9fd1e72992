"""The queries of a registration: known and unknown alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from starlette.applications import Starlette

from tests.support.db.statements import record_statements
from tests.support.http.client import Client, Page
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register, to_validation, to_waiting
from tests.support.titulaires.people import Person


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
    return record_statements(monkeypatch)


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
