"""A second press of the second factor, sent with the new cookie of the first, is its copy."""

from __future__ import annotations

import re

from tests.agents.set_up import ACCOUNT, CODE, SET_UP
from tests.support.db.rows import value
from tests.support.desks.agents import (
    LOGIN,
    InventedAgent,
    code_of,
    enter_password,
)
from tests.support.http.client import Client
from tests.support.logins.second_factor import code_for, secret_on
from web.core.runtime import Runtime

SESSIONS = "SELECT count(*) FROM session"
EVENTS = "SELECT count(*) FROM professional_event WHERE kind = $1"
SHOWN = re.compile(r"<code>([\d ]{14})</code>")


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
