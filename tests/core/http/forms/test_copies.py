"""Duplicate requests: a success takes effect and counts once, a refusal stays refused."""

from __future__ import annotations

import asyncio

import argon2
from starlette.applications import Starlette

from tests.support.db.rows import run, value
from tests.support.http.client import Client
from tests.support.logins.kinds import TITULAIRE, Account
from tests.support.mail.outbox import Outbox
from tests.support.programs.settings import CAPTCHA_ANSWER
from tests.support.titulaires.journey import log_in, to_mailed_link
from tests.support.titulaires.people import PASSWORD, Person
from web.core.runtime import Runtime

NEW = {"password": "Girafe-913-Mauve", "password_confirmation": "Girafe-913-Mauve"}
EMAIL = "/espace/informations/courriel"
# As many as the rate limits allow.
COPIES = 5
DIGEST = b"one request".ljust(32, b".")


async def refused_thrice(client: Client, path: str, fields: dict[str, str]) -> None:
    """Send three times, one after the other and then at once."""
    first = await client.post(path, fields, follow=False)
    others = await asyncio.gather(*(client.post(path, fields, follow=False) for _ in range(2)))
    assert [page.status for page in (first, *others)] == [410] * 3


async def test_another_browser_s_press_never_says_that_it_activated(
    app: Starlette, client: Client, outbox: Outbox
) -> None:
    person = Person()
    path = await to_mailed_link(client, person, outbox)
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


async def test_copies_of_a_forgotten_password_count_once(
    client: Client, account: Account, runtime: Runtime
) -> None:
    kind = account.kind
    page = await client.get(kind.forgotten)
    fields = page.values() | {kind.identifier: account.identifier}
    await copies(client, kind.forgotten, fields)
    assert await most_counted(runtime) == 1


async def test_a_copy_that_comes_after_the_change_is_no_wrong_password(
    client: Client, account: Account, runtime: Runtime
) -> None:
    """Its browser missed the first answer, and sends the password that was right until then."""
    path = account.kind.change
    await account.log_in(client)
    typed = (await client.get(path)).values(path) | NEW | {"password_current": PASSWORD}
    token = client.http.cookies["compte"]
    answers = []
    for _ in range(2):
        client.http.cookies.set("compte", token, domain="127.0.0.1")
        page = await client.post(path, typed, follow=False)
        answers.append((page.status, page.location, client.http.cookies["compte"]))
    assert answers[0] == answers[1]
    assert answers[0][0] == 303
    assert await value(runtime, account.kind.events, "password_changed") == 1
    assert await value(runtime, TITULAIRE.events, "password_refused") == 0
    assert await value(runtime, "SELECT sum(hits) FROM rate_limit") == 0


async def test_copies_of_a_login_that_strengthens_the_hash_are_all_let_in(
    client: Client, account: Account, runtime: Runtime
) -> None:
    """11.4.2: the first one replaces the hash against which the others were compared."""
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await run(runtime, "UPDATE login SET password_hash = $1", weak)
    page = await client.get(account.kind.login)
    await copies(client, account.kind.login, page.values() | account.credentials)
    assert await value(runtime, "SELECT coalesce(sum(hits), 0) FROM rate_limit") == 0
