"""The page on which agents log in, and the accounts that it opens."""

from __future__ import annotations

from starlette.applications import Starlette

from tests.support.db.rows import run
from tests.support.desks.agents import LOGIN, InventedAgent, add, enter_password, log_in_agent
from tests.support.http.client import Client
from web.core.runtime import Runtime

WRONG = "Faux-mot-000-passe"


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


async def test_an_agent_who_has_only_been_invited_has_no_password(
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
