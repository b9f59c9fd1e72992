"""An agent's second press, sent with the new cookie of the first, counts as its copy."""

from __future__ import annotations

import re

from tests.professionals.set_up import ACCOUNT, CODE, SET_UP, code_for, secret_on
from tests.support.agents import (
    LOGIN,
    InventedAgent,
    code_of,
    enter_password,
    log_in_agent,
)
from tests.support.client import Client
from tests.support.rows import value
from web.core.runtime import Runtime

SESSIONS = "SELECT count(*) FROM session"
EVENTS = "SELECT count(*) FROM professional_event WHERE kind = $1"
SHOWN = re.compile(r"<code>([\d ]{14})</code>")
LOGOUT, CHANGE = f"{LOGIN}/deconnexion", f"{ACCOUNT}/mot-de-passe"
NEW = "Girafe-913-Mauve"


async def test_a_login_is_one_session_and_one_line_of_history(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    typed = {"email": employer.email, "password": employer.password}
    first, second = await client.press_twice(await client.get(LOGIN), typed)
    assert first.location == second.location
    assert (await client.get(ACCOUNT)).url == ACCOUNT
    assert await value(runtime, SESSIONS) == 1
    assert await value(runtime, EVENTS, "login") == 1


async def test_both_steps_of_a_login_are_passed_once(
    client: Client, organisme: InventedAgent, runtime: Runtime
) -> None:
    typed = {"email": organisme.email, "password": organisme.password}
    first, second = await client.press_twice(await client.get(LOGIN), typed)
    assert first.location == second.location == CODE
    code = {"password_code": await code_of(client, organisme)}
    first, second = await client.press_twice(await client.get(CODE), code)
    assert first.location == second.location
    assert (await client.get(ACCOUNT)).url == ACCOUNT
    assert await value(runtime, SESSIONS) == 1
    assert await value(runtime, EVENTS, "login") == 1


async def test_a_set_up_shows_the_same_recovery_codes_to_both(
    client: Client, newcomer: InventedAgent, runtime: Runtime
) -> None:
    page = await enter_password(client, newcomer)
    code = {"password_code": await code_for(runtime, secret_on(page))}
    first, second = await client.press_twice(page, code, action=SET_UP)
    codes = SHOWN.findall(first.html)
    assert len(codes) == 10
    assert SHOWN.findall(second.html) == codes
    assert (await client.get(ACCOUNT)).url == ACCOUNT
    assert (await client.submit(second, action=f"{LOGIN}/codes-de-secours/fichier")).status == 200


async def test_a_password_is_changed_once_and_the_session_goes_on(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    await log_in_agent(client, employer)
    page = await client.get(CHANGE)
    fields = {
        "password_current": employer.password,
        "password": NEW,
        "password_confirmation": NEW,
    }
    first, second = await client.press_twice(page, fields, action=CHANGE)
    assert first.location == second.location
    assert "mot de passe est modifié" in (await client.get(first.location)).text
    assert await value(runtime, EVENTS, "password_changed") == 1


async def test_a_logout_says_so_to_both(
    client: Client, employer: InventedAgent, runtime: Runtime
) -> None:
    page = await log_in_agent(client, employer)
    for _ in range(2):
        after = await client.submit(page, action=LOGOUT)
        assert "Votre session est fermée." in after.text
    assert await value(runtime, SESSIONS) == 0
