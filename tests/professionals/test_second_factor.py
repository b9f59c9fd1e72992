"""The second factor: set-up, verification, no replay, rate limit."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette

from tests.professionals.set_up import (
    ACCOUNT,
    CLOCK,
    CODE,
    CODES,
    SET_UP,
    code_for,
    secret_on,
    set_up,
)
from tests.support.agents import (
    InventedAgent,
    add,
    code_of,
    enter_password,
)
from tests.support.client import Client
from tests.support.failed_logins import fail, in_a_row, let_time_pass
from tests.support.outbox import Outbox
from tests.support.rows import column, run, value
from web.auth.login.attempt_limits import FAILURES_BEFORE_RESET
from web.core.runtime import Runtime
from web.professionals.agents import Kind


async def test_an_organisme_s_agent_reaches_nothing_before_the_set_up(
    client: Client, newcomer: InventedAgent
) -> None:
    page = await enter_password(client, newcomer)
    assert page.url == SET_UP
    for path in (ACCOUNT, f"{ACCOUNT}/connexions", CODES, "/professionnels/reprise", CODE):
        assert (await client.get(path, follow=False)).location.startswith(SET_UP), path
    assert newcomer.email in page.text
    assert "Compte et sécurité" not in page.text


async def test_the_set_up_shows_a_picture_a_key_and_a_link_and_opens_the_space(
    client: Client, newcomer: InventedAgent, runtime: Runtime, outbox: Outbox
) -> None:
    page = await enter_password(client, newcomer)
    assert page.html.count("<svg") >= 1
    assert "data:image/svg+xml;base64" not in page.html
    secret = secret_on(page)
    assert f"otpauth://totp/Compte%20Formation:nouvelle%40exemple.fr?secret={secret}" in page.html
    assert secret_on(await client.get(SET_UP)) == secret, "looking again shows the same key"
    before = client.http.cookies["compte"]

    page, codes = await set_up(client, runtime, newcomer)
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{12}", code) for code in codes)
    assert 'href="/organisme"' in page.html
    assert client.http.cookies["compte"] != before
    assert (await client.get(ACCOUNT)).status == 200
    await outbox.deliver()
    mails = outbox.to(newcomer.email)
    assert sorted(mail.subject for mail in mails) == [
        "Connexion depuis un nouvel appareil",
        "Un second facteur protège votre compte",
    ]
    assert all(newcomer.organisation in mail.text for mail in mails)
    kept = await value(runtime, "SELECT totp_secret FROM login")
    assert secret.encode() not in bytes(kept)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "000000", "１２３４５６"])
async def test_a_wrong_code_sets_nothing_up(
    client: Client, newcomer: InventedAgent, runtime: Runtime, code: str
) -> None:
    page = await enter_password(client, newcomer)
    secret = secret_on(page)
    page = await client.submit(page, {"password_code": code}, action=SET_UP)
    assert page.status == 422
    assert page.error_of("password_code")
    assert secret_on(page) == secret
    assert await value(runtime, "SELECT totp_confirmed_at FROM login") is None
    assert (await client.get(ACCOUNT, follow=False)).location.startswith(SET_UP)


async def test_each_login_gets_another_key_until_one_is_set_up(
    client: Client, newcomer: InventedAgent
) -> None:
    """An attacker who knew the password does not learn the key that is set up later."""
    first = secret_on(await enter_password(client, newcomer))
    assert secret_on(await enter_password(client, newcomer)) != first


async def test_the_same_login_sent_from_elsewhere_gets_another_key(
    app: Starlette, client: Client, newcomer: InventedAgent
) -> None:
    """Nor does one who also knew the cookie, and the page left open in the browser."""
    page = await client.get("/professionnels")
    typed = {"email": newcomer.email, "password": newcomer.password}
    async with Client(app) as other:
        other.carry(compte=client.http.cookies["compte"])
        first = secret_on(await other.submit(page, typed))
    assert secret_on(await client.submit(page, typed)) != first


async def test_the_missed_answer_of_a_set_up_is_given_again(
    client: Client, newcomer: InventedAgent, runtime: Runtime
) -> None:
    page = await enter_password(client, newcomer)
    before = client.http.cookies["compte"]
    secret = secret_on(page)
    fields = {**page.values(SET_UP), "password_code": await code_for(runtime, secret)}
    answers = []
    for _ in range(2):
        client.http.cookies.set("compte", before)
        answers.append(await client.post(SET_UP, fields))
    codes = [re.findall(r"<code>([\d ]{14})</code>", answer.html) for answer in answers]
    assert codes[0] == codes[1]
    assert len(codes[0]) == 10
    assert (await client.get(ACCOUNT)).status == 200
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 10
    await run(runtime, "UPDATE recovery_code SET used_at = now()")
    client.http.cookies.set("compte", before)
    page = await client.post(SET_UP, fields)
    assert page.url.startswith("/professionnels?"), "codes that served are not shown again"


async def test_the_code_completes_the_login_and_leads_where_it_was_asked(
    client: Client, organisme: InventedAgent
) -> None:
    page = await enter_password(client, organisme, f"/professionnels?suite={ACCOUNT}/connexions")
    assert page.url == f"{CODE}?suite={ACCOUNT}/connexions"
    assert organisme.email in page.text
    before = client.http.cookies["compte"]
    spaced = " ".join(await code_of(client, organisme))
    page = await client.submit(page, {"password_code": spaced})
    assert page.url == f"{ACCOUNT}/connexions"
    assert client.http.cookies["compte"] != before
    client.http.cookies.set("compte", before)
    assert (await client.get(ACCOUNT, follow=False)).location.startswith("/professionnels?")


async def test_an_incomplete_session_opens_nothing(
    client: Client, organisme: InventedAgent, runtime: Runtime
) -> None:
    await enter_password(client, organisme)
    before = await value(runtime, "SELECT p::text FROM professional p")
    form = await client.get(CODE)
    for path in ("/organisme", ACCOUNT, CODES, SET_UP, f"{ACCOUNT}/mot-de-passe"):
        page = await client.get(path, follow=False)
        assert page.status == 404 or page.location.startswith(CODE), path
    values = {
        **form.values(CODE),
        "password_current": organisme.password,
        "password_code": await code_of(client, organisme),
        "password": "Girafe-913-Mauve",
        "password_confirmation": "Girafe-913-Mauve",
    }
    for path in (
        SET_UP,
        CODES,
        f"{ACCOUNT}/mot-de-passe",
        f"{ACCOUNT}/connexions/fermer-les-autres",
    ):
        page = await client.post(path, values, follow=False)
        assert page.location.startswith(CODE), path
    assert await value(runtime, "SELECT p::text FROM professional p") == before
    assert not await value(runtime, "SELECT bool_or(is_complete) FROM session")


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True)])
async def test_a_code_is_good_for_its_half_minute_and_its_neighbours(
    client: Client, organisme: InventedAgent, runtime: Runtime, steps: int, opens: bool
) -> None:
    assert organisme.secret
    page = await enter_password(client, organisme)
    # The previous code is valid until this half-minute ends: leave time to send it.
    while steps == -1 and await value(runtime, CLOCK) % 30 > 24:
        await asyncio.sleep(0.1)
    # Two steps away, the middle of the window leaves time too.
    code = await code_for(runtime, organisme.secret, steps if opens else steps - 1)
    page = await client.submit(page, {"password_code": code})
    assert (page.status == 422) is not opens


async def test_a_code_is_never_good_twice(
    client: Client, elsewhere: Client, organisme: InventedAgent, runtime: Runtime
) -> None:
    assert organisme.secret
    code = await code_for(runtime, organisme.secret, 1)
    page = await client.submit(await enter_password(client, organisme), {"password_code": code})
    assert page.url == "/organisme"
    for earlier in (code, await code_for(runtime, organisme.secret)):
        page = await enter_password(elsewhere, organisme)
        page = await elsewhere.submit(page, {"password_code": earlier})
        assert page.status == 422
        assert "il a déjà servi" in page.error_of("password_code")
        assert earlier not in page.html


async def test_of_fifty_browsers_with_one_code_one_passes(
    app: Starlette, organisme: InventedAgent, runtime: Runtime
) -> None:
    assert organisme.secret
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(Client(app)) for _ in range(50)]
        pages = [await enter_password(client, organisme) for client in clients]
        fields = {"password_code": await code_for(runtime, organisme.secret, 1)}
        answers = await asyncio.gather(
            *(
                client.submit(page, fields, follow=False)
                for client, page in zip(clients, pages, strict=True)
            )
        )
    statuses = [answer.status for answer in answers]
    assert statuses.count(303) == 1
    assert statuses.count(422) <= 10
    assert set(statuses) <= {303, 422, 429}
    complete = "SELECT count(*) FROM session WHERE is_complete"
    assert await value(runtime, complete) == 1


async def test_one_request_sent_five_times_is_one_entry(
    client: Client, organisme: InventedAgent, runtime: Runtime
) -> None:
    page = await enter_password(client, organisme)
    fields = {**page.values(CODE), "password_code": await code_of(client, organisme)}
    answers = await asyncio.gather(*(client.post(CODE, fields, follow=False) for _ in range(5)))
    assert {(answer.status, answer.location) for answer in answers} == {(303, "/organisme")}
    assert (await client.get(ACCOUNT)).status == 200
    assert await column(runtime, "SELECT kind FROM professional_event") == ["login"]


async def test_codes_are_bounded_and_a_hundred_failures_ask_for_a_new_password(
    client: Client, organisme: InventedAgent, runtime: Runtime
) -> None:
    page = await enter_password(client, organisme)
    statuses = [(await client.submit(page, {"password_code": "000000"})).status for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    await let_time_pass(runtime)
    page = await enter_password(client, organisme)
    assert page.url == CODE
    assert await in_a_row(runtime, organisme) == 10, "not yet back"
    await fail(runtime, organisme, FAILURES_BEFORE_RESET - 10)
    code = await code_of(client, organisme)
    assert "Mot de passe oublié" in (await client.submit(page, {"password_code": code})).text
    assert (await enter_password(client, organisme)).status == 422


async def test_the_kinds_are_those_of_the_schema(runtime: Runtime) -> None:
    for kind in Kind:
        agent = InventedAgent(kind, email=f"{kind.value}@exemple.fr")
        await add(runtime, agent)
    assert await value(runtime, "SELECT count(*) FROM professional") == len(Kind)
