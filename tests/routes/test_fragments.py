"""Fragments requested without htmx: each redirects to its page."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route

from tests.support.desks.agents import InventedAgent, add, log_in_agent
from tests.support.http.client import Client
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in
from tests.support.titulaires.people import Person
from web.core.runtime import Runtime

OPEN_TO_ALL = {
    "/captcha/nouveau": "/contact",
    "/inscription/identite/apprentissage": "/inscription/identite",
    "/inscription/mot-de-passe/robustesse": "/inscription/mot-de-passe",
    "/mot-de-passe/{token}/robustesse": "/mot-de-passe/{token}",
    "/professionnels/mot-de-passe/{token}/robustesse": "/professionnels/mot-de-passe/{token}",
}
OF_A_TITULAIRE = {"/espace/mot-de-passe/robustesse": "/espace/mot-de-passe"}
OF_AN_AGENT = {
    "/professionnels/compte/mot-de-passe/robustesse": "/professionnels/compte/mot-de-passe"
}
TOKEN = "a" * 43


async def check(client: Client, parts: dict[str, str], page_with_a_form: str) -> None:
    """Request each fragment as a browser without scripts would."""
    fields = {"csrf": (await client.get(page_with_a_form)).values()["csrf"], "password": "x"}
    for part, page in parts.items():
        path = part.replace("{token}", TOKEN)
        if part == "/captcha/nouveau":
            answer = await client.get(path, follow=False)
        else:
            answer = await client.post(path, fields, follow=False)
        assert (answer.status, answer.location) == (303, page.replace("{token}", TOKEN))
        assert answer.response.headers["vary"] == "HX-Request"


async def test_public_fragments_lead_to_their_pages_without_htmx(client: Client) -> None:
    await check(client, OPEN_TO_ALL, "/contact")


async def test_fragments_of_a_titulaire_lead_to_their_pages_without_htmx(
    client: Client, runtime: Runtime
) -> None:
    person = Person()
    await open_account(runtime, person)
    await log_in(client, person)
    await check(client, OF_A_TITULAIRE, "/espace/mot-de-passe")


async def test_fragments_of_an_agent_lead_to_their_pages_without_htmx(
    client: Client, runtime: Runtime
) -> None:
    await log_in_agent(client, await add(runtime, InventedAgent()))
    await check(client, OF_AN_AGENT, "/professionnels/compte/mot-de-passe")


def test_every_strength_meter_is_among_these_fragments(app: Starlette) -> None:
    meters = {
        route.path
        for route in app.routes
        if isinstance(route, Route) and route.path.endswith("/robustesse")
    }
    assert meters <= {*OPEN_TO_ALL, *OF_A_TITULAIRE, *OF_AN_AGENT}
