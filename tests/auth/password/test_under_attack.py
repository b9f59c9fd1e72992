"""Strangers' failed logins do not block password confirmation in an open session."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, value
from tests.support.desks.agents import InventedAgent, add, log_in_agent
from tests.support.http.client import Client
from tests.support.logins.devices import make_known
from tests.support.logins.failed_logins import fail, in_a_row
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.auth.login.attempt_limits import CONFIRMATIONS_IN_ALL, FAILURES_BEFORE_RESET
from web.core.runtime import Runtime

WRONG = "Faux-mot-000-passe"
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
EMAIL = "/espace/informations/courriel"


@pytest.fixture
async def person(runtime: Runtime) -> Person:
    """A titulaire."""
    someone = Person()
    await open_account(runtime, someone)
    return someone


@pytest.fixture
async def space(client: Client, person: Person, runtime: Runtime) -> Client:
    """The titulaire's browser, logged in; then a stranger has failed a hundred times."""
    await make_known(client, person)
    await log_in(client, person)
    await fail(runtime, person, FAILURES_BEFORE_RESET)
    return client


async def test_the_address_the_password_and_the_end_of_the_account(
    space: Client, person: Person, runtime: Runtime
) -> None:
    """6.2.3, 6.3.1."""
    address = {"email": "n@exemple.fr", "email_confirmation": "n@exemple.fr"}
    page = await space.get(EMAIL)
    page = await space.submit(page, {**address, "password": person.password}, action=EMAIL)
    assert page.url == "/espace/informations"
    page = await space.get("/espace/mot-de-passe")
    page = await space.submit(page, {"password_current": person.password, **NEW})
    assert page.url == "/espace/connexions"
    page = await space.get("/espace/informations/fermeture")
    assert (await space.submit(page, {"password": NEW["password"]})).url == "/compte-ferme"


async def test_a_wrong_one_is_told_of_nobody_and_counts_in_this_session_alone(
    app: Starlette, space: Client, person: Person, runtime: Runtime
) -> None:
    page = await space.get("/espace/mot-de-passe")
    typed = {"password_current": WRONG, **NEW}
    statuses = [(await space.submit(page, typed)).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert await in_a_row(runtime, person) == FAILURES_BEFORE_RESET
    actors = await column(runtime, "SELECT actor FROM event WHERE kind = 'password_refused'")
    assert set(actors) == {"unknown"}
    async with Client(app) as other:
        await make_known(other, person)
        await log_in(other, person)
        page = await other.get("/espace/mot-de-passe")
        page = await other.submit(page, {"password_current": person.password, **NEW})
        assert page.url == "/espace/connexions"


async def test_a_session_has_so_many_tries_in_all_and_says_what_to_do(
    space: Client, person: Person, runtime: Runtime
) -> None:
    session_id = str(await value(runtime, "SELECT id FROM session"))
    for _ in range(CONFIRMATIONS_IN_ALL.hits):
        await runtime.limits.hit((CONFIRMATIONS_IN_ALL, session_id))
    page = await space.get("/espace/informations/fermeture")
    page = await space.submit(page, {"password": person.password})
    assert page.status == 429
    sentence = page.error_of("password")
    assert "réessayez dans 12 heures, ou déconnectez-vous" in sentence


async def test_an_agent_s_alike(client: Client, runtime: Runtime) -> None:
    agent = await add(runtime, InventedAgent())
    await make_known(client, agent)
    await log_in_agent(client, agent)
    await fail(runtime, agent, FAILURES_BEFORE_RESET)
    path = "/professionnels/compte/mot-de-passe"
    page = await client.get(path)
    page = await client.submit(page, {"password_current": agent.password, **NEW}, action=path)
    assert page.url == "/professionnels/compte/connexions"
