"""Access to the agents' spaces: allowed, redirected, and the return after a login."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from tests.support.db.rows import run, value
from tests.support.desks.agents import LOGIN, InventedAgent, enter_password, log_in_agent
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import log_in, register_and_log_in
from tests.support.titulaires.people import Person
from web.agents.guard import admit_agents
from web.agents.records import Kind
from web.auth.login.redirect import LOGIN_UNFINISHED, SESSION_ENDED
from web.core.http.request import Request, with_context
from web.core.http.templating import render
from web.core.runtime import Runtime

PAGES = {Kind.ORGANISME: "/organisme/essai", Kind.EMPLOYER: "/employeur/essai"}


async def show(request: Request) -> Response:
    return render(request, "security/extended.html", {"is_titulaire": False})


@pytest.fixture(autouse=True)
def pages(app: Starlette) -> None:
    """A page of each space."""
    for kind, path in PAGES.items():
        route = Route(path, with_context(admit_agents(kind)(show)), methods=["GET", "POST"])
        app.router.routes.insert(0, route)


async def test_the_login_leads_back_to_the_page_asked_for(
    client: Client, employer: InventedAgent
) -> None:
    page = await client.get("/employeur/essai")
    assert page.url == "/professionnels?suite=/employeur/essai"
    page = await client.submit(page, {"email": "x", "password": "y"})
    assert page.status == 422
    fields = {"email": employer.email, "password": employer.password}
    page = await client.submit(page, fields)
    assert page.url == "/employeur/essai"
    assert page.text.count(employer.organisation) == 1


async def test_the_pages_of_the_other_space_are_refused(
    client: Client, employer: InventedAgent, organisme: InventedAgent
) -> None:
    await log_in_agent(client, employer)
    assert (await client.get(PAGES[Kind.EMPLOYER])).status == 200
    page = await client.get(PAGES[Kind.ORGANISME])
    assert page.status == 403
    assert 'href="/employeur"' in page.html
    page = await enter_password(client, employer, f"{LOGIN}?suite={PAGES[Kind.ORGANISME]}")
    assert page.url == "/employeur"


async def test_a_titulaire_s_session_opens_nothing_here_and_the_reverse(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    person = Person()
    await open_account(runtime, person)
    await log_in(client, person)
    for path in PAGES.values():
        assert (await client.get(path, follow=False)).location == f"{LOGIN}?suite={path}"
    client.http.cookies.clear()
    await enter_password(client, employer)
    page = await client.get("/espace", follow=False)
    assert page.location == "/connexion?suite=/espace"


async def test_a_part_of_a_page_is_refused_with_a_sentence_and_the_page_stays(
    client: Client,
) -> None:
    # With a separate token, so that a notice could be stored.
    await client.get(LOGIN)
    part = await client.get("/employeur/essai", htmx=True)
    assert (part.status, part.response.text) == (403, SESSION_ENDED)
    assert "Votre session est terminée" not in (await client.get(LOGIN)).text


async def test_a_part_of_a_page_is_refused_too_while_the_second_factor_is_awaited(
    client: Client, organisme: InventedAgent
) -> None:
    await enter_password(client, organisme)
    part = await client.get("/organisme/essai", htmx=True)
    assert (part.status, part.response.text) == (403, LOGIN_UNFINISHED)


async def test_a_form_sent_after_the_session_ended_is_offered_after_the_login(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    await log_in_agent(client, employer)
    page = await client.get("/employeur/essai")
    csrf = page.values("/professionnels/deconnexion")
    await run(runtime, "UPDATE session SET last_seen_at = now() - interval '1 hour'")
    fields = {**csrf, "email": "ici@exemple.fr", "password_current": "Secret-482-Mot"}
    page = await client.post("/employeur/essai", fields)
    assert "conservé une heure" in page.text
    assert "ici@" not in str(await value(runtime, "SELECT content FROM kept_form"))
    page = await client.submit(page, {"email": employer.email, "password": employer.password})
    assert page.url == "/professionnels/reprise"
    assert "Reprendre votre saisie" in page.text
    assert page.values("/professionnels/reprise")["key"] == csrf["key"]
    assert "Secret-482" not in page.html
    page = await client.submit(page, action="/professionnels/reprise")
    assert "rien n’a été envoyé" in page.text
    assert await value(runtime, "SELECT count(*) FROM kept_form") == 0


async def test_a_form_of_the_other_space_is_not_kept_for_an_agent(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    """Their session would name them, but only a titulaire can send that form."""
    await log_in_agent(client, employer)
    fields = (await client.get("/employeur")).values("/professionnels/deconnexion")
    page = await client.post("/espace/heures", fields | {"dif": "33"})
    assert 'href="/connexion?suite=/espace/heures"' in page.html
    assert "ne peut plus être conservé" in page.text
    assert await value(runtime, "SELECT count(*) FROM kept_form") == 0


async def test_a_titulaire_who_logs_out_at_the_agents_page_leaves_the_device_in_the_history(
    client: Client, outbox: Outbox, runtime: Runtime
) -> None:
    """One table of sessions: either page ends the session, and it is recorded alike."""
    await register_and_log_in(client, Person(), outbox)
    fields = (await client.get("/espace")).values("/deconnexion")
    await client.post("/professionnels/deconnexion", fields, follow=False)
    logout = "SELECT device FROM event WHERE kind = 'logout'"
    login = "SELECT device FROM event WHERE kind = 'login'"
    assert await value(runtime, logout) == await value(runtime, login)
