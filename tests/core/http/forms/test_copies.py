"""Duplicate requests: a success takes effect and counts once, a refusal stays refused."""

from __future__ import annotations

import asyncio
import re

import argon2
import pytest
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.desks import agents
from tests.support.desks.agents import InventedAgent, log_in_agent
from tests.support.desks.invitations import invite, link_to
from tests.support.http.client import Client
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.accounts import open_account
from tests.support.titulaires.journey import activation_path, log_in, to_waiting
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime
from web.settings import Settings

RESET = re.compile(r"https?://[^\s/]+(/mot-de-passe/[A-Za-z0-9_-]{43})")
NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
OTHER = {"password": "Autruche-77-9-Bleue", "password_confirmation": "Autruche-77-9-Bleue"}
FORGOTTEN = "/mot-de-passe-oublie"
EMAIL = "/espace/informations/courriel"
# As many as the rate limits allow.
COPIES = 5
DIGEST = b"one request".ljust(32, b".")


@pytest.fixture
async def person(runtime: Runtime) -> Person:
    """Someone who has an account."""
    someone = Person()
    await open_account(runtime, someone)
    return someone


async def refused_thrice(client: Client, path: str, fields: dict[str, str]) -> None:
    """Send three times, one after the other and then at once."""
    first = await client.post(path, fields, follow=False)
    others = await asyncio.gather(*(client.post(path, fields, follow=False) for _ in range(2)))
    assert [page.status for page in (first, *others)] == [410] * 3


async def test_a_reset_link_that_served_never_says_that_another_password_is_kept(
    client: Client, person: Person, outbox: Outbox
) -> None:
    await client.submit(await client.get(FORGOTTEN), {"nir": person.nir})
    await outbox.deliver()
    found = RESET.search(outbox.to(person.email)[-1].text)
    assert found
    fields = (await client.get(found[1])).values()
    await client.post(found[1], fields | NEW)
    await refused_thrice(client, found[1], fields | OTHER)
    assert (await client.post(found[1], fields | NEW, follow=False)).status == 303
    person.password = OTHER["password"]
    assert (await log_in(client, person)).status == 422


async def test_an_agent_s_link_that_served_never_says_it_either(
    client: Client, settings: Settings, outbox: Outbox
) -> None:
    await invite(settings)
    path = await link_to(outbox)
    fields = (await client.get(path)).values()
    await client.post(path, fields | NEW)
    await refused_thrice(client, path, fields | OTHER)
    assert (await client.post(path, fields | NEW, follow=False)).status == 303


async def test_another_browser_s_press_never_says_that_it_activated(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    await to_waiting(client, person)
    await outbox.deliver()
    path = activation_path(outbox, person)
    async with Client(app) as other:
        fields = (await other.get(path)).values()
        await client.submit(await client.get(path))
        await refused_thrice(other, path, fields)


async def copies(client: Client, path: str, fields: dict[str, str]) -> None:
    """Send copies at once; check that all get the same answer."""
    pages = await asyncio.gather(*(client.post(path, fields, follow=False) for _ in range(COPIES)))
    assert {(page.status, page.location) for page in pages} == {(303, pages[0].location)}


async def most_counted(runtime: Runtime) -> int:
    hits: int = await value(runtime, "SELECT coalesce(max(hits), 0) FROM rate_limit")
    return hits


async def test_copies_of_a_forgotten_password_count_once(
    client: Client, person: Person, runtime: Runtime
) -> None:
    page = await client.get(FORGOTTEN)
    await copies(client, FORGOTTEN, page.values() | {"nir": person.nir})
    assert await most_counted(runtime) == 1


async def test_copies_of_a_change_of_address_count_once(
    client: Client, person: Person, runtime: Runtime
) -> None:
    await log_in(client, person)
    values = (await client.get(EMAIL)).values(EMAIL)
    new = {"email": "neuve@exemple.fr", "email_confirmation": "neuve@exemple.fr"}
    await run(runtime, "TRUNCATE rate_limit")
    await copies(client, EMAIL, values | new | {"password": PASSWORD})
    assert await most_counted(runtime) == 1


async def test_copies_of_a_message_count_once(client: Client, runtime: Runtime) -> None:
    typed = {"subject": "Bonjour", "message": "Bonjour.", "email": "jean@exemple.fr"}
    values = (await client.get("/contact")).values("/contact")
    await copies(client, "/contact", values | typed | {"answer": CAPTCHA_ANSWER})
    for _ in range(4):
        values = (await client.get("/contact")).values("/contact")
        page = await client.post("/contact", values | typed | {"answer": CAPTCHA_ANSWER})
        assert page.status == 200


@pytest.mark.parametrize("space", ["titulaire", "agent"])
async def test_a_copy_that_comes_after_the_change_is_no_wrong_password(
    client: Client, person: Person, runtime: Runtime, space: str
) -> None:
    """Its browser missed the first answer, and sends the password that was right until then."""
    if space == "agent":
        agent = await agents.add(runtime, InventedAgent())
        await log_in_agent(client, agent)
        path, current = "/professionnels/compte/mot-de-passe", agent.password
    else:
        await log_in(client, person)
        path, current = "/espace/mot-de-passe", PASSWORD
    typed = (await client.get(path)).values(path) | NEW | {"password_current": current}
    token = client.http.cookies["compte"]
    answers = []
    for _ in range(2):
        client.http.cookies.set("compte", token, domain="127.0.0.1")
        page = await client.post(path, typed, follow=False)
        answers.append((page.status, page.location, client.http.cookies["compte"]))
    assert answers[0] == answers[1]
    assert answers[0][0] == 303
    kinds = "SELECT count(*) FROM {} WHERE kind = $1"
    events = "event" if space == "titulaire" else "professional_event"
    assert await value(runtime, kinds.format(events), "password_changed") == 1
    assert await value(runtime, kinds.format("event"), "password_refused") == 0
    assert await value(runtime, "SELECT sum(hits) FROM rate_limit") == 0


@pytest.mark.parametrize("space", ["titulaire", "agent"])
async def test_copies_of_a_login_that_strengthens_the_hash_are_all_let_in(
    client: Client, person: Person, runtime: Runtime, space: str
) -> None:
    """11.4.2: the first one replaces the hash against which the others were compared."""
    agent = await agents.add(runtime, InventedAgent())
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await run(runtime, "UPDATE login SET password_hash = $1", weak)
    await run(runtime, "UPDATE login SET password_hash = $1", weak)
    path, typed = {
        "titulaire": ("/connexion", {"nir": person.nir, "password": PASSWORD}),
        "agent": (agents.LOGIN, {"email": agent.email, "password": PASSWORD}),
    }[space]
    await copies(client, path, (await client.get(path)).values() | typed)
    assert await value(runtime, "SELECT coalesce(sum(hits), 0) FROM rate_limit") == 0
