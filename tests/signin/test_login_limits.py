"""Wrong passwords: counted before they are judged, for a NIR and for an address."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.client import Client
from tests.support.journey import log_in, register
from tests.support.outbox import Outbox
from tests.support.people import Person
from tests.support.rows import run, value
from web.accounts.credentials import FAILURES_BEFORE_RESET, FAILURES_PER_ADDRESS
from web.core.runtime import Runtime

LOGIN = "/connexion"
WRONG = "Faux-mot-000-passe"


async def test_fifty_wrong_passwords_at_once_never_pass_the_limit(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1, 6.3.1: and once the quarter of an hour is over, the owner comes in."""
    person = Person()
    await register(client, person, outbox)
    typed = {**(await client.get(LOGIN)).values(), "nir": person.nir, "password": WRONG}
    answers = await asyncio.gather(*(client.post(LOGIN, typed) for _ in range(50)))
    assert {answer.status for answer in answers} <= {422, 429, 503}
    assert sum(answer.status == 422 for answer in answers) <= 10
    assert await value(runtime, "SELECT failures FROM login_failure") <= 10
    await run(runtime, "UPDATE rate_limit SET window_end = now() - interval '1 second'")
    assert "Synthèse" in (await log_in(client, person)).text


@pytest.mark.parametrize("known", [True, False])
async def test_an_address_that_tries_many_numbers_is_refused_and_another_is_not(
    app: Starlette, client: Client, outbox: Outbox, runtime: Runtime, known: bool
) -> None:
    """6.1.1, 6.3.1."""
    person = Person()
    if known:
        await register(client, person, outbox)
    for _ in range(FAILURES_PER_ADDRESS.hits):
        await runtime.limits.hit((FAILURES_PER_ADDRESS, "203.0.113.7"))
    person.password = WRONG
    assert (await log_in(client, person)).status == 429
    async with Client(app, address="198.51.100.9") as elsewhere:
        assert (await log_in(elsewhere, person)).status == 422


async def test_after_a_hundred_failures_the_password_alone_opens_nothing(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """6.1.1: one fewer, and it still does."""
    assert FAILURES_BEFORE_RESET == 100
    person = Person()
    await register(client, person, outbox)
    right, person.password = person.password, WRONG
    await log_in(client, person)
    person.password = right
    await run(runtime, "UPDATE login_failure SET failures = 100")
    assert (await log_in(client, person)).status == 422
    await run(runtime, "UPDATE login_failure SET failures = 99")
    assert "Synthèse" in (await log_in(client, person)).text


async def test_a_password_is_what_was_typed_to_the_space_and_the_capital(
    client: Client, outbox: Outbox
) -> None:
    """6.2.8."""
    person = Person(password=" Chevaux-482-Rouges ")
    await register(client, person, outbox)
    for near in (person.password.strip(), person.password.lower(), person.password + "x" * 1100):
        assert (await log_in(client, Person(nir=person.nir, password=near))).status == 422
    assert "Synthèse" in (await log_in(client, person)).text
