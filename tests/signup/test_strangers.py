"""Strangers registering someone's number block nobody's registration, nor fill the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import value
from tests.support.http.client import Client
from tests.support.titulaires.journey import to_identity, to_validation
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime
from web.signup.steps.service import STARTED_PER_ADDRESS, STARTED_PER_BROWSER, SUBMISSIONS_PER_NIR

WAITING = "/inscription/courriel"
TERMS = "/inscription/conditions"


@pytest.fixture
async def strangers(app: Starlette) -> AsyncIterator[list[Client]]:
    """Browsers at different addresses."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(Client(app, address=f"198.51.{number}.9"))
            for number in range(SUBMISSIONS_PER_NIR.hits + 1)
        ]


async def test_strangers_elsewhere_do_not_use_up_the_registrations_of_a_number(
    client: Client, strangers: list[Client]
) -> None:
    """2.4.1, 6.3.1."""
    owner = Person()
    for number, stranger in enumerate(strangers):
        typed = Person(nir=owner.nir, email=f"inconnue{number}@exemple.fr")
        page = await stranger.submit(await to_validation(stranger, typed))
        assert page.url == WAITING
    assert (await client.submit(await to_validation(client, owner))).url == WAITING


async def test_the_same_first_step_again_and_again_stops_adding_rows(
    app: Starlette, runtime: Runtime
) -> None:
    """2.4.1: with one cookie and one token, ignoring the new cookies."""
    async with Client(app) as browser:
        fields = {**(await browser.get(TERMS)).values(), "accepted": "y"}
        held = dict(browser.http.cookies)
        answers = []
        for _ in range(STARTED_PER_BROWSER.hits + 2):
            browser.http.cookies.clear()
            browser.carry(**held)
            answers.append(await browser.post(TERMS, fields, follow=False))
    assert [page.status for page in answers[-3:]] == [303, 429, 429]
    assert "réessayez dans une heure" in answers[-1].text
    assert answers[-1].values()["accepted"] == "y"
    rows = await value(runtime, "SELECT count(*) FROM registration")
    assert rows == STARTED_PER_BROWSER.hits


async def test_registrations_started_are_bounded_by_address_and_going_on_is_not(
    client: Client, app: Starlette, runtime: Runtime
) -> None:
    """2.4.1."""
    assert (await to_identity(client)).url == "/inscription/identite"
    for _ in range(STARTED_PER_ADDRESS.hits):
        await runtime.limits.hit((STARTED_PER_ADDRESS, "203.0.113.8"))
    async with Client(app, address="203.0.113.8") as another:
        assert (await to_identity(another)).status == 429
    assert (await to_identity(client)).url == "/inscription/identite"
