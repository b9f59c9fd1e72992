"""The login of agents: one answer for all, limits, a fresh token, session expiry."""

from __future__ import annotations

import asyncio

import pytest
from starlette.applications import Starlette

from tests.support.db.rows import column, run, value
from tests.support.desks.agents import LOGIN, InventedAgent, add, enter_password, log_in_agent
from tests.support.http.client import Client
from tests.support.logins.failed_logins import fail, in_a_row, let_time_pass
from tests.support.mail.outbox import Outbox
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


@pytest.mark.parametrize(
    ("aged", "opens"),
    [
        ("last_seen_at = now() - interval '29 minutes'", True),
        ("last_seen_at = now() - interval '30 minutes'", False),
        ("created_at = now() - interval '11 hours 59 minutes'", True),
        ("created_at = now() - interval '12 hours'", False),
    ],
)
async def test_a_session_ends_like_a_titulaire_s(
    client: Client, employer: InventedAgent, runtime: Runtime, aged: str, opens: bool
) -> None:
    await enter_password(client, employer)
    await run(runtime, f"UPDATE session SET {aged}")
    page = await client.get("/professionnels/prolonger", follow=False)
    assert page.status == (200 if opens else 303)
    if opens:
        last_minute = "Votre session est ouverte jusqu’à"
        idle = "votre session reste ouverte jusqu’à"
        assert (last_minute if "created_at" in aged else idle) in page.text


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


async def test_ten_wrong_passwords_close_the_address_for_a_while(
    client: Client, elsewhere: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    """6.3.1: for known and unknown addresses, whoever tries; and it expires."""
    for email in (employer.email, "personne@exemple.fr"):
        assert [await refused(client, email) for _ in range(11)] == [422] * 10 + [429]
        page = await elsewhere.get(LOGIN)
        page = await elsewhere.submit(page, {"email": email, "password": employer.password})
        assert page.status == 429
        assert "réessayez dans" in page.text
        assert int(page.response.headers["retry-after"]) <= 900
    await let_time_pass(runtime)
    assert (await enter_password(client, employer)).url == "/employeur"
    assert await in_a_row(runtime, employer) == 0


async def test_fifty_wrong_passwords_at_once_never_pass_the_limit(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    """6.3.1."""
    page = await client.get(LOGIN)
    fields = {**page.values(), "email": employer.email, "password": WRONG}
    answers = await asyncio.gather(*(client.post(LOGIN, fields) for _ in range(50)))
    assert sum(answer.status == 422 for answer in answers) <= 10
    assert await in_a_row(runtime, employer) <= 10


async def test_a_hundred_failures_ask_for_a_new_password_and_lock_nobody_out(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    """6.1.1."""
    await fail(runtime, employer, 100)
    assert await refused(client, employer.email, employer.password) == 422


async def test_an_agent_who_was_invited_only_has_no_password(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    await run(runtime, "UPDATE login SET password_hash = NULL")
    for password in ("", "None", employer.password):
        assert await refused(client, employer.email, password) == 422


async def test_a_login_from_a_browser_never_seen_is_told_by_mail(
    client: Client,
    elsewhere: Client,
    employer: InventedAgent,
    outbox: Outbox,
    runtime: Runtime,
) -> None:
    """Claiming a user agent that the account knows does not suppress it."""
    firefox = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    for browser in (client, client, elsewhere, elsewhere, client):
        browser.http.headers["user-agent"] = firefox
        await enter_password(browser, employer)
        await outbox.deliver()
    mails = outbox.to(employer.email)
    assert [mail.subject for mail in mails] == ["Connexion depuis un nouvel appareil"] * 2
    for part in (mails[0].text, mails[0].html):
        assert "Firefox sur Windows" in part
        assert employer.organisation in part
    kinds = await column(runtime, "SELECT kind FROM professional_event")
    assert kinds == ["login"] * 5


async def test_two_agents_of_one_browser_leave_nothing_to_each_other(
    client: Client, employer: InventedAgent, runtime: Runtime, app: Starlette
) -> None:
    other = await add(runtime, InventedAgent(organisation="Tuilerie Morel", siret="44306184100047"))
    await enter_password(client, employer)
    await log_in_agent(client, other)
    text = (await client.get("/professionnels/prolonger")).text
    assert other.email in text
    assert employer.email not in text
