"""The second factor: set-up, verification, no replay, rate limit."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette

from tests.agents.set_up import ACCOUNT, CODE, CODES, SET_UP, set_up
from tests.support.db.rows import run, value
from tests.support.desks.agents import (
    InventedAgent,
    add,
    enter_password,
    organisme_agent,
)
from tests.support.http.client import Client
from tests.support.logins.second_factor import code_for, codes_on, secret_on
from tests.support.mail.outbox import Outbox
from web.agents.records import Kind
from web.core.runtime import Runtime


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
        "Un code de connexion protège votre compte",
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
    codes = [re.findall(r"<code[^>]*>([\d ]{14})</code>", answer.html) for answer in answers]
    assert codes[0] == codes[1]
    assert len(codes[0]) == 10
    assert (await client.get(ACCOUNT)).status == 200
    assert await value(runtime, "SELECT count(*) FROM recovery_code") == 10
    await run(runtime, "UPDATE recovery_code SET used_at = now()")
    client.http.cookies.set("compte", before)
    page = await client.post(SET_UP, fields)
    assert page.url.startswith("/professionnels?"), "codes that served are not shown again"


async def test_before_the_code_the_desk_is_closed_and_the_page_names_the_account(
    client: Client, organisme: InventedAgent
) -> None:
    page = await enter_password(client, organisme)
    assert page.url == CODE
    assert organisme.email in page.text
    assert (await client.get("/organisme", follow=False)).location.startswith(CODE)


async def test_the_kinds_are_those_of_the_schema(runtime: Runtime) -> None:
    for kind in Kind:
        agent = InventedAgent(kind, email=f"{kind.value}@exemple.fr")
        await add(runtime, agent)
    assert await value(runtime, "SELECT count(*) FROM professional") == len(Kind)


async def test_a_set_up_pressed_twice_shows_the_same_recovery_codes(
    client: Client, newcomer: InventedAgent, runtime: Runtime
) -> None:
    page = await enter_password(client, newcomer)
    code = {"password_code": await code_for(runtime, secret_on(page))}
    first, second = await client.press_twice(page, code, action=SET_UP)
    codes = codes_on(first)
    assert len(codes) == 10
    assert codes_on(second) == codes
    assert (await client.get(ACCOUNT)).url == ACCOUNT
    assert (await client.submit(second, action=f"{CODES}/fichier")).status == 200


@pytest.mark.parametrize("is_manager", [False, True])
async def test_without_the_application_an_agent_turns_to_the_access_manager_and_the_manager_to_us(
    client: Client, runtime: Runtime, is_manager: bool
) -> None:
    agent = organisme_agent()
    agent.is_manager = is_manager
    await add(runtime, agent)
    page = await enter_password(client, agent)
    assert page.url == CODE
    assert ("la personne qui gère les accès" in page.text) is not is_manager
    assert '<a href="/contact">écrivez-nous</a>' in page.html
