"""The login of agents: one answer for all, limits, a fresh token, session expiry."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.desks.agents import LOGIN, InventedAgent, add, enter_password, log_in_agent
from tests.support.http.client import Client
from web.core.runtime import Runtime

WRONG = "Faux-mot-000-passe"
RESUME = "/professionnels/reprise"


async def refused(client: Client, email: str, password: str = WRONG) -> int:
    page = await client.get(LOGIN)
    return (await client.submit(page, {"email": email, "password": password})).status


async def test_the_page_opens_with_its_labels_and_ways_out(client: Client) -> None:
    page = await client.get(LOGIN)
    assert page.title == "Connexion à l’Espace professionnel – Compte Formation"
    assert "Adresse courriel professionnelle" in page.text
    for path in ("/professionnels/mot-de-passe-oublie", "/connexion"):
        assert f'href="{path}"' in page.html
    assert f'href="{LOGIN}"' in (await client.get("/connexion")).html


async def test_the_password_of_an_employer_s_agent_opens_their_space(
    client: Client, employer: InventedAgent
) -> None:
    page = await client.get(LOGIN)
    fields = {"email": f"  {employer.email} ", "password": employer.password}
    page = await client.submit(page, fields, follow=False)
    assert (page.status, page.location) == (303, "/employeur")


async def test_the_domain_of_the_address_may_be_typed_in_capitals(
    client: Client, employer: InventedAgent
) -> None:
    local, _, domain = employer.email.rpartition("@")
    page = await client.get(LOGIN)
    fields = {"email": f"{local}@{domain.upper()}", "password": employer.password}
    assert (await client.submit(page, fields, follow=False)).status == 303


@pytest.mark.parametrize("email", ["", "   ", "\x00"])
async def test_what_is_not_filled_in_says_how(client: Client, email: str) -> None:
    page = await client.submit(await client.get(LOGIN), {"email": email, "password": ""})
    assert page.status == 422
    assert "qui a reçu votre invitation" in page.error_of("email")
    assert "Saisissez votre mot de passe" in page.error_of("password")


async def test_the_token_is_another_after_the_login(
    client: Client, employer: InventedAgent
) -> None:
    """Session fixation: the token from before the login gives no access."""
    await client.get(LOGIN)
    before = client.http.cookies["compte"]
    await enter_password(client, employer)
    assert client.http.cookies["compte"] != before
    client.http.cookies.set("compte", before)
    assert (await client.get(RESUME, follow=False)).location.startswith(LOGIN)


async def test_a_cookie_replayed_after_the_logout_opens_nothing(
    client: Client, employer: InventedAgent
) -> None:
    await enter_password(client, employer)
    replayed = client.http.cookies["compte"]
    page = await client.get("/professionnels/prolonger")
    page = await client.submit(page, action="/professionnels/deconnexion")
    assert "Votre session est fermée." in page.text
    assert page.url == LOGIN
    client.http.cookies.set("compte", replayed)
    assert (await client.get(RESUME, follow=False)).location.startswith(LOGIN)


async def test_a_weaker_hash_is_upgraded(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    """11.4.2."""
    import argon2

    weak = argon2.PasswordHasher(time_cost=1, memory_cost=32, parallelism=1)
    await run(runtime, "UPDATE login SET password_hash = $1", weak.hash(employer.password))
    await enter_password(client, employer)
    assert "m=64," in await value(runtime, "SELECT password_hash FROM login")
    assert (await enter_password(client, employer)).url != LOGIN


async def test_an_agent_who_was_invited_only_has_no_password(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    await run(runtime, "UPDATE login SET password_hash = NULL")
    for password in ("", "None", employer.password):
        assert await refused(client, employer.email, password) == 422


async def test_two_agents_of_one_browser_leave_nothing_to_each_other(
    client: Client, employer: InventedAgent, runtime: Runtime, app: Starlette
) -> None:
    other = await add(runtime, InventedAgent(organisation="Tuilerie Morel", siret="44306184100047"))
    await enter_password(client, employer)
    await log_in_agent(client, other)
    text = (await client.get("/professionnels/prolonger")).text
    assert other.email in text
    assert employer.email not in text
