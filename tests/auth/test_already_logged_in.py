"""The login and the registration, opened by someone who is already logged in."""

from __future__ import annotations

from tests.support.desks.agents import LOGIN, InventedAgent, add, log_in_agent
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.journey import register_and_log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

OPEN = "Votre session est déjà ouverte"


async def test_the_login_links_to_the_open_space_and_still_logs_in(
    client: Client, outbox: Outbox
) -> None:
    person = Person()
    assert OPEN not in (await client.get("/connexion")).text
    await register_and_log_in(client, person, outbox)
    page = await client.get("/connexion?suite=/espace/heures")
    assert OPEN in page.text
    assert person.birth_name in page.text
    assert 'class="button" href="/espace/heures"' in page.html
    page = await client.submit(
        page,
        {"nir": person.nir, "password": person.password},
        action="/connexion?suite=/espace/heures",
    )
    assert page.url == "/espace/heures"


async def test_the_login_of_agents_links_to_the_open_desk_too(
    client: Client, runtime: Runtime
) -> None:
    agent = await add(runtime, InventedAgent())
    assert OPEN not in (await client.get(LOGIN)).text
    await log_in_agent(client, agent)
    page = await client.get(LOGIN)
    assert OPEN in page.text
    assert 'class="button" href="/employeur"' in page.html


async def test_a_registration_says_that_an_account_is_there_and_goes_on_for_someone_else(
    client: Client, outbox: Outbox
) -> None:
    said = "Vous avez déjà un compte, et votre session est ouverte"
    assert said not in (await client.get("/inscription/conditions")).text
    await register_and_log_in(client, Person(), outbox)
    page = await client.get("/inscription/conditions?autre=1")
    assert said not in page.text, "they asked for it"
    page = await client.get("/inscription")
    assert page.url == "/inscription/conditions"
    assert said in page.text
    assert 'class="button" href="/espace"' in page.html
    page = await client.submit(page, {"accepted": "y"}, action="/inscription/conditions")
    assert page.url == "/inscription/identite"
